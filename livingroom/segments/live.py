"""What pages show of a rule: its sentence, how many it holds, whom it shares with others, which branches speak to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from livingroom.branches.models import Branch
from livingroom.segments.asking import condition, overlap
from livingroom.segments.asking import known_of_branch as known
from livingroom.segments.bands import Basis
from livingroom.segments.clock import as_of
from livingroom.segments.compiling import allowed, compile_rule
from livingroom.segments.judging import judge
from livingroom.segments.models import Customs, Segment, SegmentVersion
from livingroom.segments.parsing import parse
from livingroom.segments.privacy import shown
from livingroom.segments.rules import conditions
from livingroom.segments.sentences import phrase, sentence

MOST_BESIDE = 8


@dataclass(frozen=True)
class Beside:
    """Another segment, and how many are in both."""

    segment: Segment
    n_both: str
    size: str


@dataclass(frozen=True)
class Live:
    sentence: str
    size: str
    total: str
    share: float | None
    beside: list[Beside] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    n_branches: int = 0


@dataclass(frozen=True)
class Change:
    """What one version says that the other does not."""

    gone: list[str]
    new: list[str]
    same: list[str]
    beside: list[tuple[str, str, str]]


def look(
    told: object,
    *,
    purpose: str,
    ground: str,
    basis: Basis,
    now: datetime,
    exact: bool,
    leave_out: int | None = None,
) -> Live:
    """Read a rule's figures; `exact` shows small groups to those who may see people. Raises RuleProblem."""
    rule = parse(told)
    mine = compile_rule(rule, basis, as_of(now)) & allowed(purpose, ground)
    others = list(Segment.objects.standing().exclude(pk=leave_out or 0))
    patterns = overlap([mine, *(condition(each.current, now) for each in others if each.current)])
    smallest = 0 if exact else Customs.current().smallest_group
    n, total = sum(count for mask, count in patterns.items() if mask & 1), sum(patterns.values())
    shared = {place: _n(patterns, 1 | 1 << place) for place in range(1, len(others) + 1)}
    most = sorted((place for place, n_both in shared.items() if n_both), key=lambda place: -shared[place])
    beside = [
        Beside(others[place - 1], shown(shared[place], smallest), shown(_n(patterns, 1 << place), smallest))
        for place in most[:MOST_BESIDE]
    ]
    every = list(Branch.objects.open())
    speaking = [branch for branch in every if judge(rule, known(branch)) is not False]
    share = n / total if total and n >= smallest else None
    return Live(sentence(rule, basis), shown(n, smallest), f"{total:,}", share, beside, speaking, len(every))


def sentence_of(version: SegmentVersion) -> str:
    return sentence(parse(version.rule), Basis.of(version.basis))


def difference(old: SegmentVersion, new: SegmentVersion) -> Change:
    """Conditions that went and came, and what else is not the same."""
    before, after = _phrases(old), _phrases(new)
    beside: Sequence[tuple[str, str, str]] = [
        ("Purpose", old.purpose, new.purpose),
        ("Ground", old.get_ground_display(), new.get_ground_display()),
        ("Money bands", _limits(old), _limits(new)),
        ("How conditions are joined", sentence_of(old), sentence_of(new)),
    ]
    changed = [row for row in beside[:3] if row[1] != row[2]]
    if set(before) == set(after) and old.rule != new.rule:
        changed.append(beside[3])
    return Change(
        [one for one in before if one not in after],
        [one for one in after if one not in before],
        [one for one in after if one in before],
        changed,
    )


def _n(patterns: Mapping[int, int], wanted: int) -> int:
    return sum(count for mask, count in patterns.items() if mask & wanted == wanted)


def _phrases(version: SegmentVersion) -> list[str]:
    basis = Basis.of(version.basis)
    return [phrase(each, basis) for each in conditions(parse(version.rule))]


def _limits(version: SegmentVersion) -> str:
    basis = Basis.of(version.basis)
    return f"{', '.join(f'{limit / 100:,.0f}' for limit in basis.money_minor)} {basis.currency}"
