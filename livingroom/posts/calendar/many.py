"""Many new posts at once: what `save_post` and `schedule_placements` do for one, in a handful of queries for hundreds.

Only plain posts come this way: one branch that asks nobody for approval, no pictures, no single-use codes. The checks are
the same, and so is what is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.experiments.queries import Watch
from livingroom.links.many import LinkWish, mint_links, mint_shared_codes
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.content import content_with, digest_of
from livingroom.posts.approval.models import ApprovalStage, PlacementVersion
from livingroom.posts.audience import note_segment
from livingroom.posts.checks import due_problems, wording_problems
from livingroom.posts.drafts import PostDraft
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady
from livingroom.posts.phrases.filling import Said, read_phrasebook, say
from livingroom.posts.phrases.variables import Facts
from livingroom.posts.risk.models import BranchRules
from livingroom.posts.risk.naming import utm_by
from livingroom.posts.rules import Rules, read_rules
from livingroom.posts.wording import wording_of
from livingroom.shared.events import record_events
from livingroom.shared.models import Brand

State, Codes = Placement.State, Placement.Codes
AT_ONCE = 500


@dataclass(frozen=True)
class Wish:
    """A new post on one branch; without a time it is a draft."""

    draft: PostDraft
    due_at: datetime | None

    @property
    def branch(self) -> Branch:
        return self.draft.branches[0]


class House:
    """What all posts of a file are checked against, read once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.asking = set(ApprovalStage.objects.values_list("branch", flat=True))
        self.brand, self.rules, self.watch = Brand.current(), read_rules(now), Watch(None, now)
        self.branch_rules = {row.branch_id: row for row in BranchRules.objects.all()}

    def is_plain(self, wish: Wish) -> bool:
        draft = wish.draft
        is_alone = len(draft.branches) == 1 and not draft.images and not draft.overrides
        return is_alone and draft.code_kind != Codes.SINGLE and wish.branch.pk not in self.asking


@dataclass
class _Row:
    wish: Wish
    post: Post
    placement: Placement
    said: Said


def write_plain(
    *, staff: Staff, wishes: Sequence[Wish], house: House, now: datetime
) -> list[Post | Exception]:
    """Write plain posts and promise those that have a time. Returns, for each, the post or why it was refused.

    Raises IntegrityError when another process took a link's or a code's name meanwhile: then nothing is written.
    """
    rows = _unsaved(staff, wishes, now)
    refused = {
        place: error for place, row in enumerate(rows) if (error := _why_not(staff, row, house)) is not None
    }
    good = [row for place, row in enumerate(rows) if place not in refused]
    with transaction.atomic():
        _write(staff, good, house, now)
    return [refused.get(place, row.post) for place, row in enumerate(rows)]


def _unsaved(staff: Staff, wishes: Sequence[Wish], now: datetime) -> list[_Row]:
    book = read_phrasebook(text for wish in wishes for text in (wish.draft.text, wish.draft.first_comment))
    rows = []
    for wish in wishes:
        draft = wish.draft
        post = Post(
            title=draft.title,
            text=draft.text,
            destination=draft.destination,
            offer=draft.offer,
            tags=list(draft.tags),
            first_comment=draft.first_comment,
            may_split=draft.may_split,
            signing=draft.signing,
            begun_from=draft.begun_from,
            segment_version=draft.segment,
            created_by=staff,
            created_at=now,
            updated_at=now,
        )
        placement = Placement(post=post, branch=wish.branch, code_kind=draft.code_kind, n_codes=draft.n_codes)
        facts = Facts(wish.branch, draft.offer, draft.title)
        said = say(draft.text, draft.first_comment, facts=facts, book=book, signing=post.signing)
        rows.append(_Row(wish, post, placement, said))
    return rows


def _why_not(staff: Staff, row: _Row, house: House) -> Exception | None:
    """The refusal that the verbs for one post would raise; None when they would write it."""
    due_at, branch = row.wish.due_at, row.wish.branch
    try:
        require(staff, "write", branch)
        if due_at is None:
            return None
        require(staff, "publish", branch)
        _require_ready(row, due_at, house.rules, house)
    except (PermissionDenied, NotReady) as error:
        return error
    return None


def _require_ready(row: _Row, due_at: datetime, rules: Rules, house: House) -> None:
    problems = due_problems(due_at, house.now) + wording_problems(
        wording_of(row.placement, row.said),
        brand=house.brand,
        due_at=due_at,
        now=house.now,
        watch=house.watch,
        rules=rules,
    )
    if blocking := [problem for problem in problems if problem.blocks]:
        raise NotReady({row.wish.branch.pk: blocking})


def _write(staff: Staff, rows: Sequence[_Row], house: House, now: datetime) -> None:
    promised = [row for row in rows if row.wish.due_at is not None]
    _give_links(promised, house, now)
    for row in promised:
        row.placement.state = State.SCHEDULED
        row.placement.due_at = row.placement.try_at = row.wish.due_at
    Post.objects.bulk_create([row.post for row in rows], batch_size=AT_ONCE)
    for row in rows:
        if row.post.segment_version is not None:
            note_segment(row.post, by=staff, now=now)
    Placement.objects.bulk_create([row.placement for row in rows], batch_size=AT_ONCE)
    PlacementVersion.objects.bulk_create([_version(staff, row, now) for row in rows], batch_size=AT_ONCE)
    record_events(actor=staff, now=now, happened=[("wrote post", row.post, {}) for row in rows])
    scheduled = [
        ("scheduled", row.placement, {"due_at": row.wish.due_at.isoformat()})
        for row in promised
        if row.wish.due_at
    ]
    record_events(actor=staff, now=now, happened=scheduled)


def _give_links(rows: Sequence[_Row], house: House, now: datetime) -> None:
    leading = [row for row in rows if _destination(row.wish.draft)]
    links = mint_links([_link_wish(row, house, now) for row in leading], now)
    for row, link in zip(leading, links, strict=True):
        row.placement.link = link
    coded = [row for row in leading if row.placement.code_kind == Codes.SHARED]
    mint_shared_codes(
        (
            row.placement.link,
            row.post.offer.starts_at if row.post.offer else None,
            row.post.offer.ends_at if row.post.offer else None,
        )
        for row in coded
        if row.placement.link is not None
    )


def _link_wish(row: _Row, house: House, now: datetime) -> LinkWish:
    draft, branch = row.wish.draft, row.wish.branch
    return LinkWish(
        destination=_destination(draft),
        channel=branch.network,
        branch=branch,
        label=draft.title,
        campaign=draft.offer.name if draft.offer else draft.title,
        utm=utm_by(row.placement, house.branch_rules.get(branch.pk), house.rules.desk, now),
    )


def _destination(draft: PostDraft) -> str:
    return draft.destination or (draft.offer.destination if draft.offer else "")


def _version(staff: Staff, row: _Row, now: datetime) -> PlacementVersion:
    content = content_with(row.placement, [], row.said)
    return PlacementVersion(
        placement=row.placement,
        number=1,
        digest=digest_of(content),
        content=content,
        written_by=staff,
        written_at=now,
    )
