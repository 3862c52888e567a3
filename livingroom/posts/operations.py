"""The verbs of offers and posts, but for sending, which is in delivery.py. Each checks who may, writes, and records."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from livingroom.experiments.queries import Watch
from livingroom.links.models import Code
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.operations import follow_all
from livingroom.posts.audience import change_problem, note_segment
from livingroom.posts.checks import due_problems, placement_problems
from livingroom.posts.drafts import PostDraft as PostDraft
from livingroom.posts.linking import prepare_link
from livingroom.posts.media.models import PostImage
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.outcomes import RINGING
from livingroom.posts.pausing.operations import note_chosen
from livingroom.posts.rules import read_rules
from livingroom.shared.events import record_event, resolve_alarm
from livingroom.shared.problems import Problem

State = Placement.State


class NotReady(ValueError):
    """Something must be mended first; `problems` say what, by the placement's branch."""

    def __init__(self, problems: Mapping[int, list[Problem]]) -> None:
        super().__init__("; ".join(problem.text for found in problems.values() for problem in found))
        self.problems = dict(problems)


class TooLate(ValueError):
    """The placement has moved on: it is being sent, or was."""


def save_offer(*, staff: Staff, offer: Offer, now: datetime) -> Offer:
    """Write a new or changed offer. Raises PermissionDenied."""
    require(staff, "publish")
    is_new = offer.pk is None
    if is_new:
        offer.created_by, offer.created_at = staff, now
    with transaction.atomic():
        offer.save()
        note_segment(offer, by=staff, now=now)
        # Codes that are out there already hold as long as their offer does.
        Code.objects.filter(link__placement__post__offer=offer).update(
            starts_at=offer.starts_at, ends_at=offer.ends_at
        )
        record_event(
            actor=staff,
            verb="wrote offer" if is_new else "changed offer",
            subject=offer,
            now=now,
            name=offer.name,
        )
        told = Placement.objects.filter(post__offer=offer, state__in=Placement.EDITABLE)
        follow_all(told.exclude(versions=None).select_related("post__offer", "branch"), staff=staff, now=now)
    return offer


def save_post(*, staff: Staff, draft: PostDraft, now: datetime, post: Post | None = None) -> Post:
    """Write a post and its placements; placements that were sent, or are being sent, stay as they are.

    What was approved must be approved again when it says something else, or is for somebody else. Raises PermissionDenied, and
    NotReady when a scheduled placement could not be sent any more or a sent one would be for others than it was.
    """
    is_new = post is None
    post = post or Post(created_by=staff, created_at=now)
    _require_may_write(staff, post, draft)
    if problem := change_problem(post, draft.segment):
        raise NotReady({0: [problem]})
    with transaction.atomic():
        post.title, post.text = draft.title, draft.text
        post.destination, post.offer, post.updated_at = draft.destination, draft.offer, now
        post.tags, post.first_comment, post.may_split = list(draft.tags), draft.first_comment, draft.may_split
        post.signing, post.begun_from = draft.signing, draft.begun_from or post.begun_from
        post.segment_version = draft.segment
        post.save()
        note_segment(post, by=staff, now=now)
        _save_images(post, draft)
        _save_placements(post, draft)
        require_ready(_scheduled(post), {}, now)
        follow_all(_editable(post), staff=staff, now=now)
        record_event(actor=staff, verb="wrote post" if is_new else "changed post", subject=post, now=now)
    return post


def schedule_placements(*, staff: Staff, due: Mapping[int, datetime], now: datetime) -> list[Placement]:
    """Promise placements (by id) for their times and make their links and codes, once.

    Where a branch wants approval, it is asked for, and the placement waits until it is there.
    Raises PermissionDenied, NotReady with all problems, TooLate when one of them is being sent or was.
    """
    require(staff, "publish")
    with transaction.atomic():
        placements = _lock(due)
        for placement in placements:
            require(staff, "publish", placement.branch)
            if not placement.is_schedulable:
                raise TooLate(f"{placement} is {placement.get_state_display().lower()}.")
        require_ready(placements, due, now)
        for placement in placements:
            _schedule(placement, due[placement.pk], now)
            record_event(
                actor=staff,
                verb="scheduled",
                subject=placement,
                now=now,
                due_at=due[placement.pk].isoformat(),
            )
        follow_all(placements, staff=staff, now=now)
    return placements


def cancel_placement(*, staff: Staff, placement: Placement, now: datetime) -> None:
    """Take a promise back. Its link stays its own. Raises PermissionDenied, TooLate."""
    require(staff, "publish", placement.branch)
    with transaction.atomic():
        waiting = [State.WAITING, State.SCHEDULED, State.FAILED, State.HELD]
        changed = Placement.objects.filter(pk=placement.pk, state__in=waiting).update(
            state=State.CANCELLED, try_at=None, problem="", pause=None
        )
        if not changed:
            raise TooLate(f"{placement} can no longer be cancelled: a worker has it, or it is out.")
        note_chosen(placement.pause, now)
        for kind in RINGING:
            resolve_alarm(kind=kind, subject=placement, now=now)
        record_event(actor=staff, verb="cancelled", subject=placement, now=now)


def _schedule(placement: Placement, due_at: datetime, now: datetime) -> None:
    prepare_link(placement, now)
    # `n_attempts` stays: once the network was reached, every further attempt looks there first.
    Placement.objects.filter(pk=placement.pk).update(
        state=State.SCHEDULED,
        due_at=due_at,
        try_at=due_at,
        queued_at=None,
        settle_at=None,
        problem="",
        pause=None,
    )
    note_chosen(placement.pause, now)
    placement.refresh_from_db()
    for kind in RINGING:
        resolve_alarm(kind=kind, subject=placement, now=now)


def _lock(ids: Iterable[int]) -> list[Placement]:
    rows = Placement.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",))
    return list(rows.select_related("post__offer", "branch__connection", "link"))


def _scheduled(post: Post) -> list[Placement]:
    promised = (State.SCHEDULED, State.WAITING)
    rows = post.placements.filter(state__in=promised).select_related(
        "branch__connection", "link", "post__offer"
    )
    return list(rows)


def _editable(post: Post) -> list[Placement]:
    rows = post.placements.filter(state__in=Placement.EDITABLE, n_parts_sent=0).exclude(state=State.CANCELLED)
    return list(rows.select_related("branch", "post__offer"))


def _require_may_write(staff: Staff, post: Post, draft: PostDraft) -> None:
    """Words are shared by all of a post's placements, so whoever changes them must be allowed on each."""
    require(staff, "write")
    touched = {branch.pk: branch for branch in draft.branches}
    if post.pk is not None:
        rows = post.placements.filter(state__in=Placement.EDITABLE).select_related("branch")
        touched |= {row.branch_id: row.branch for row in rows}
    for branch in touched.values():
        require(staff, "write", branch)


def require_ready(placements: list[Placement], due: Mapping[int, datetime], now: datetime) -> None:
    """Raises NotReady when one of them could not be sent at its time."""
    found: dict[int, list[Problem]] = {}
    watch, rules = Watch([placement.branch_id for placement in placements], now), read_rules(now)
    for placement in placements:
        due_at = due.get(placement.pk, placement.due_at)
        problems = due_problems(due_at, now)
        problems += placement_problems(placement, due_at=due_at, now=now, watch=watch, rules=rules)
        if blocking := [problem for problem in problems if problem.blocks]:
            found[placement.branch_id] = blocking
    if found:
        raise NotReady(found)


def _save_placements(post: Post, draft: PostDraft) -> None:
    have = {placement.branch_id: placement for placement in post.placements.select_for_update()}
    wanted = {branch.pk: branch for branch in draft.branches}
    for branch_id, placement in have.items():
        if branch_id in wanted or not placement.is_editable:
            continue
        if placement.link_id is None and placement.state == State.DRAFT:
            placement.delete()
        else:  # its link was given out to nobody else, and never will be
            Placement.objects.filter(pk=placement.pk).update(state=State.CANCELLED, try_at=None)
    for branch_id, branch in wanted.items():
        row = have.get(branch_id) or Placement(post=post, branch=branch)
        if not row.is_editable:
            continue
        row.text_override = _override(draft, branch_id)
        row.code_kind, row.n_codes = draft.code_kind, draft.n_codes
        if row.state == State.CANCELLED:
            row.state = State.DRAFT
        row.save()
        if row.state in (State.SCHEDULED, State.WAITING):
            prepare_link(row, post.updated_at)


def _save_images(post: Post, draft: PostDraft) -> None:
    post.images.all().delete()
    PostImage.objects.bulk_create(
        [
            PostImage(
                post=post,
                item=item,
                place=place,
                alt_override=alt.strip()[:1000],
                alts=_own_alts(draft.alts.get(item.pk, {})),
            )
            for place, (item, alt) in enumerate(draft.images)
        ]
    )


def _own_alts(alts: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): alt.strip()[:1000] for key, alt in alts.items() if alt.strip()}


def _override(draft: PostDraft, branch_id: int) -> str:
    text = draft.overrides.get(branch_id, "").strip()
    return "" if text == draft.text.strip() else text
