"""What the page shows while somebody writes: each chosen branch with its preview, its time and what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from livingroom.branches.models import Branch
from livingroom.branches.queries import network_title
from livingroom.experiments.queries import Watch
from livingroom.networks.interface import Rendered
from livingroom.networks.registry import find_network, has_connector
from livingroom.posts.calendar.moving import next_slot
from livingroom.posts.checks import due_problems, local_time, wording_problems
from livingroom.posts.media.models import alt_on
from livingroom.posts.models import Post
from livingroom.posts.operations import PostDraft
from livingroom.posts.phrases.filling import Phrasebook, read_phrasebook, say
from livingroom.posts.phrases.variables import Facts
from livingroom.posts.previews.sketching import Sketch, draw
from livingroom.posts.risk.price import Liability, liability
from livingroom.posts.risk.problems import Risks
from livingroom.posts.rules import Rules, read_rules
from livingroom.posts.wording import Shown, Wording
from livingroom.shared.models import Brand
from livingroom.shared.problems import Problem


@dataclass(frozen=True)
class Preview:
    branch: Branch
    network: str
    parts: list[Rendered]
    problems: list[Problem]
    due_at: datetime | None
    fee: Decimal = Decimal(0)
    sketch: Sketch | None = None

    @property
    def blocks(self) -> bool:
        return any(problem.blocks for problem in self.problems)

    @property
    def spare(self) -> int:
        return min((part.limit - part.size for part in self.parts), default=0)


@dataclass(frozen=True)
class Review:
    previews: list[Preview]
    problems: list[Problem]
    liability: Liability | None = None

    @property
    def blocks(self) -> bool:
        return any(problem.blocks for problem in self.problems)

    @property
    def fee(self) -> Decimal:
        return sum((preview.fee for preview in self.previews), Decimal(0))

    def due(self) -> dict[int, datetime]:
        """Return when each branch's placement goes out, by the branch."""
        return {preview.branch.pk: preview.due_at for preview in self.previews if preview.due_at is not None}


def review(
    draft: PostDraft,
    *,
    when: str,
    wall: datetime | None,
    now: datetime,
    brand: Brand,
    placed: Mapping[int, int] | None = None,
) -> Review:
    """Check and preview a draft on each of its branches; `placed` has the placements it has already, by branch."""
    known = placed or {}
    due = {branch.pk: _due(branch, when, wall, now) for branch in draft.branches}
    watch, rules = Watch([branch.pk for branch in draft.branches], now), read_rules(now)
    times = {pk: at or now for pk, (at, _) in due.items()}
    risks = Risks(draft, times, now, without=known.values())
    texts = [draft.first_comment, *(draft.text_on(branch) for branch in draft.branches)]
    book = read_phrasebook(texts, signs=draft.signing != Post.Signing.UNSIGNED)
    at_desk = _Desk(draft, now, brand, watch, rules, risks, book)
    previews = [_preview(at_desk, branch, known.get(branch.pk), *due[branch.pk]) for branch in draft.branches]
    problems = [] if previews else [Problem("Choose at least one branch.", "branches")]
    owed = liability(
        draft.offer, code_kind=draft.code_kind, n_codes=draft.n_codes, n_branches=len(previews), now=now
    )
    return Review(previews, [*problems, *_gathered(previews)], owed)


@dataclass(frozen=True)
class _Desk:
    """What is the same for every branch."""

    draft: PostDraft
    now: datetime
    brand: Brand
    watch: Watch
    rules: Rules
    risks: Risks
    book: Phrasebook


def _preview(
    desk: _Desk,
    branch: Branch,
    placement_id: int | None,
    due_at: datetime | None,
    problems: list[Problem],
) -> Preview:
    draft, now = desk.draft, desk.now
    said = say(
        draft.text_on(branch),
        draft.first_comment,
        facts=Facts(branch, draft.offer, draft.title),
        book=desk.book,
        signing=draft.signing,
    )
    wording = Wording(
        branch=branch,
        text=said.text,
        destination=draft.destination,
        offer=draft.offer,
        code_kind=draft.code_kind,
        n_codes=draft.n_codes,
        placement_id=placement_id,
        tags=draft.tags,
        segment=draft.segment,
        title=draft.title,
        first_comment=said.first_comment,
        may_split=draft.may_split,
        images=tuple(
            Shown(item.digest, item.media_type, alt_on(branch, draft.alts.get(item.pk, {}), alt or item.alt))
            for item, alt in draft.images
        ),
        phrase_problems=said.problems,
    )
    problems = [*problems, *due_problems(due_at, now), *desk.risks.problems(wording)]
    problems += wording_problems(
        wording, brand=desk.brand, due_at=due_at, now=now, watch=desk.watch, rules=desk.rules
    )
    thread, comment = wording.rendered() if wording.text else ([], [])
    parts = [*thread, *comment]
    sketch = draw(wording, thread, comment) if parts else None
    fee = Decimal(0)
    if parts and has_connector(branch.network):
        network = find_network(branch.network)
        fee = sum((network.estimate(part).amount for part in parts), Decimal(0))
    return Preview(branch, network_title(branch.network), parts, problems, due_at, fee, sketch)


def _due(
    branch: Branch, when: str, wall: datetime | None, now: datetime
) -> tuple[datetime | None, list[Problem]]:
    if when == "now":
        return now, []
    if when == "slot":
        due_at = next_slot(branch, now)
        missing = Problem(f"{branch} has no free slot. Set its slots on the calendar’s pages.", "at")
        return due_at, [] if due_at else [missing]
    if wall is None:
        return None, []
    due_at, problems = local_time(wall, branch.zone)
    if due_at <= now:
        problems = [*problems, Problem("That time is past: it would go out at once.", "at", blocks=False)]
    return due_at, problems


def _gathered(previews: Iterable[Preview]) -> list[Problem]:
    """Say each problem once at its field, and on which branches where it is not on all of them."""
    rows = list(previews)
    on: dict[Problem, list[str]] = {}
    for preview in rows:
        for problem in dict.fromkeys(preview.problems):
            on.setdefault(problem, []).append(preview.branch.name)
    return [_named(problem, names, len(rows)) for problem, names in on.items()]


def _named(problem: Problem, names: list[str], n_rows: int) -> Problem:
    if len(names) == n_rows or all(name in problem.text for name in names):
        return problem
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Problem(f"{shown}: {problem.text}", problem.field, problem.blocks)
