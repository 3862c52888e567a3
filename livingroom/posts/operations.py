"""The verbs of offers and posts, but for sending, which is in delivery.py. Each checks who may, writes, and records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.experiments.queries import Watch, lottery_over
from livingroom.links.lottery import enter_lottery
from livingroom.links.models import Code
from livingroom.links.operations import mint_code, mint_link, mint_pool, redirect_link
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.checks import due_problems, placement_problems
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.outcomes import RINGING
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


@dataclass(frozen=True)
class PostDraft:
    """What a person wrote: once for all branches, and where it differs."""

    title: str
    text: str
    destination: str = ""
    offer: Offer | None = None
    code_kind: str = Placement.Codes.NONE
    n_codes: int = 0
    branches: tuple[Branch, ...] = ()
    overrides: Mapping[int, str] = field(default_factory=dict)


def save_offer(*, staff: Staff, offer: Offer, now: datetime) -> Offer:
    """Write a new or changed offer. Raises PermissionDenied."""
    require(staff, "publish")
    is_new = offer.pk is None
    if is_new:
        offer.created_by, offer.created_at = staff, now
    with transaction.atomic():
        offer.save()
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
    return offer


def save_post(*, staff: Staff, draft: PostDraft, now: datetime, post: Post | None = None) -> Post:
    """Write a post and its placements; placements that were sent, or are being sent, stay as they are.

    Raises PermissionDenied, and NotReady when a scheduled placement could not be sent any more.
    """
    require(staff, "publish")
    is_new = post is None
    post = post or Post(created_by=staff, created_at=now)
    with transaction.atomic():
        post.title, post.text = draft.title, draft.text
        post.destination, post.offer, post.updated_at = draft.destination, draft.offer, now
        post.save()
        _save_placements(post, draft)
        _require_ready(_scheduled(post), {}, now)
        record_event(actor=staff, verb="wrote post" if is_new else "changed post", subject=post, now=now)
    return post


def schedule_placements(*, staff: Staff, due: Mapping[int, datetime], now: datetime) -> list[Placement]:
    """Promise placements (by id) for their times and make their links and codes, once.

    Raises PermissionDenied, NotReady with all problems, TooLate when one of them is being sent or was.
    """
    require(staff, "publish")
    with transaction.atomic():
        placements = _lock(due)
        for placement in placements:
            if not placement.is_editable:
                raise TooLate(f"{placement} is {placement.get_state_display().lower()}.")
        _require_ready(placements, due, now)
        for placement in placements:
            _schedule(placement, due[placement.pk], now)
            record_event(
                actor=staff,
                verb="scheduled",
                subject=placement,
                now=now,
                due_at=due[placement.pk].isoformat(),
            )
    return placements


def cancel_placement(*, staff: Staff, placement: Placement, now: datetime) -> None:
    """Take a promise back. Its link stays its own. Raises PermissionDenied, TooLate."""
    require(staff, "publish")
    with transaction.atomic():
        waiting = [State.SCHEDULED, State.FAILED, State.HELD]
        changed = Placement.objects.filter(pk=placement.pk, state__in=waiting).update(
            state=State.CANCELLED, try_at=None, problem=""
        )
        if not changed:
            raise TooLate(f"{placement} can no longer be cancelled: a worker has it, or it is out.")
        for kind in RINGING:
            resolve_alarm(kind=kind, subject=placement, now=now)
        record_event(actor=staff, verb="cancelled", subject=placement, now=now)


def prepare_link(placement: Placement, now: datetime) -> None:
    """Give a placement its link and codes, or bring them up to date. Doing it again changes nothing."""
    post, single = placement.post, placement.code_kind == Placement.Codes.SINGLE
    destination = post.destination or (post.offer.destination if post.offer else "")
    if not destination:
        return
    if placement.link is None:
        placement.link = mint_link(
            destination=destination,
            channel=placement.branch.network,
            branch=placement.branch,
            label=post.title,
            campaign=post.offer.name if post.offer else post.title,
            reveals_code=single,
            now=now,
        )
        placement.save(update_fields=["link"])
    else:
        redirect_link(link=placement.link, destination=destination, reveals_code=single)
    _join_lottery(placement, now)
    _prepare_codes(placement, now)


def _join_lottery(placement: Placement, now: datetime) -> None:
    """Put the link of single-use codes into the lottery that covers its offer, if one does."""
    if placement.link is None:
        return
    is_single = placement.code_kind == Placement.Codes.SINGLE
    found = lottery_over(placement.post.offer, max(placement.due_at or now, now)) if is_single else None
    enter_lottery(link=placement.link, lottery_key=found.lottery_key if found else "")


def _prepare_codes(placement: Placement, now: datetime) -> None:
    link, offer = placement.link, placement.post.offer
    if link is None:
        return
    link.codes.exclude(kind=placement.code_kind).filter(stopped_at=None).update(stopped_at=now)
    if placement.code_kind == Placement.Codes.NONE:
        return
    starts_at, ends_at = (offer.starts_at, offer.ends_at) if offer else (None, None)
    link.codes.filter(issued_at=None).update(starts_at=starts_at, ends_at=ends_at)
    if placement.code_kind == Placement.Codes.SHARED:
        if not link.codes.filter(kind=Code.Kind.SHARED, stopped_at=None).exists():
            mint_code(link=link, starts_at=starts_at, ends_at=ends_at)
        return
    missing = placement.n_codes - link.codes.filter(kind=Code.Kind.SINGLE, stopped_at=None).count()
    if missing > 0:
        mint_pool(link=link, size=missing, starts_at=starts_at, ends_at=ends_at)


def _schedule(placement: Placement, due_at: datetime, now: datetime) -> None:
    prepare_link(placement, now)
    # `n_attempts` stays: once the network was reached, every further attempt looks there first.
    Placement.objects.filter(pk=placement.pk).update(
        state=State.SCHEDULED, due_at=due_at, try_at=due_at, queued_at=None, settle_at=None, problem=""
    )
    placement.refresh_from_db()
    for kind in RINGING:
        resolve_alarm(kind=kind, subject=placement, now=now)


def _lock(ids: Iterable[int]) -> list[Placement]:
    rows = Placement.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",))
    return list(rows.select_related("post__offer", "branch__connection", "link"))


def _scheduled(post: Post) -> list[Placement]:
    rows = post.placements.filter(state=State.SCHEDULED).select_related(
        "branch__connection", "link", "post__offer"
    )
    return list(rows)


def _require_ready(placements: list[Placement], due: Mapping[int, datetime], now: datetime) -> None:
    found: dict[int, list[Problem]] = {}
    watch = Watch([placement.branch_id for placement in placements], now)
    for placement in placements:
        due_at = due.get(placement.pk, placement.due_at)
        problems = due_problems(due_at, now)
        problems += placement_problems(placement, due_at=due_at, now=now, watch=watch)
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
        if row.state == State.SCHEDULED:
            prepare_link(row, post.updated_at)


def _override(draft: PostDraft, branch_id: int) -> str:
    text = draft.overrides.get(branch_id, "").strip()
    return "" if text == draft.text.strip() else text
