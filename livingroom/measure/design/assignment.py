"""A design and its assignment log: who is treated or held out when, the seed it came from, and the rule it was drawn by."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.promise import Power
from livingroom.measure.design.rules import Lottery, Rule, rule_from_json
from livingroom.measure.lift.reading import Check

Kind = Literal["geo", "switchback", "single_branch", "codes", "people"]
Arm = Literal["treated", "held out"]
VERSION = 1


@dataclass(frozen=True)
class Assignment:
    """One line of the log: a unit and its arm, from one day to another, both included.

    `block` counts from 0 and is None where the test has no blocks; the days are None until the start is fixed.
    """

    unit: str
    arm: Arm
    stratum: str = ""
    block: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Design:
    """A planned experiment.

    Parameters
    ----------
    kind : str
        Which kind of experiment.
    rule : Rule
        The rule that chance followed; what exact tests draw from again.
    seed : int
        The seed of the draw that was made.
    method : str
        The rule in words.
    test_days, pre_days : int
        Days of test, and of history before it that the analysis uses.
    block_days, wash_out_days : int
        Days of one block, and its first days that the analysis leaves away; 0 where there are no blocks.
    horizon_days : int
        For how many days an offer pulls orders forward: the wash-out is not shorter.
    assignments : tuple of Assignment
        The log, in order of unit and block. Empty for a lottery, where each visitor is drawn when it comes.
    starts_on : date, optional
        The first day of the test.
    power : Power, optional
        What it promises; None where there was no history to promise from (a note says why).
    checks, notes : tuples
        What was checked before the start, and what a reader should know.
    """

    kind: Kind
    rule: Rule
    seed: int
    method: str
    test_days: int
    pre_days: int = 0
    block_days: int = 0
    wash_out_days: int = 0
    horizon_days: int = 0
    assignments: tuple[Assignment, ...] = ()
    starts_on: date | None = None
    power: Power | None = None
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ends_on(self) -> date | None:
        """The last day of the test."""
        return self.starts_on + timedelta(days=self.test_days - 1) if self.starts_on else None

    @property
    def share(self) -> float:
        """The share of units, blocks or visitors that is treated."""
        return getattr(self.rule, "share", 0.5)

    @property
    def units(self) -> tuple[str, ...]:
        return () if isinstance(self.rule, Lottery) else self.rule.units

    @property
    def n_blocks(self) -> int:
        return 1 if isinstance(self.rule, Lottery) else self.rule.n_blocks

    def drawn(self, seed: int | None = None) -> NDArray[np.bool_]:
        """Who is treated in which block, shape (units, blocks), as the stored seed (or another) says."""
        if isinstance(self.rule, Lottery):
            raise ValueError("A lottery has no list of units: each visitor is drawn when it comes.")
        return self.rule.first(self.seed if seed is None else seed)

    def draw_again(self, seed: int) -> "Design":
        """The same design as another seed would have drawn it."""
        again = replace(self, seed=seed)
        return again if isinstance(self.rule, Lottery) else again.with_log()

    def redraws(self, n: int, seed: int) -> NDArray[np.bool_]:
        """Many assignments that could have been drawn instead, shape (n, units, blocks), for exact tests."""
        if isinstance(self.rule, Lottery):
            raise ValueError("A lottery has no list of units: draw the visitors that came.")
        return self.rule.many(n, np.random.default_rng(seed))

    def is_as_drawn(self) -> bool:
        """Whether the log is what the seed and the rule give: nobody moved a unit by hand."""
        return isinstance(self.rule, Lottery) or self.with_log().assignments == self.assignments

    def with_log(self) -> "Design":
        """The same design with its log written from the seed."""
        if isinstance(self.rule, Lottery):
            return self
        treated = self.drawn()
        has_blocks = self.kind in ("switchback", "single_branch")
        lines = [
            Assignment(
                unit=self.units[at],
                arm="treated" if treated[at, block] else "held out",
                stratum=self._stratum(at),
                block=block if has_blocks else None,
                starts_on=self._day(block),
                ends_on=self._day(block + 1, -1),
            )
            for at in sorted(range(len(self.units)), key=lambda place: self.units[place])
            for block in range(self.n_blocks)
        ]
        return replace(self, assignments=tuple(lines))

    def starting(self, on: date) -> "Design":
        """The same design with its first day fixed."""
        fixed = replace(self, starts_on=on)
        return fixed if isinstance(self.rule, Lottery) else fixed.with_log()

    def arm_of(self, unit: str, on: date) -> Arm | None:
        """What the log says of a unit on a day; None outside the test, or for a unit that it does not know."""
        for line in self.assignments:
            if line.unit == unit and line.starts_on and line.ends_on and line.starts_on <= on <= line.ends_on:
                return line.arm
        return None

    def treated(self, units: Sequence[str], days: Iterable[date]) -> NDArray[np.bool_]:
        """Who was to be treated, shape (units, days), for a panel; False outside the test and for strangers."""
        blocks = self.blocks(days)
        place = {unit: at for at, unit in enumerate(self.units)}
        treated = np.zeros((len(units), len(blocks)), dtype=np.bool_)
        plan = self._logged()
        for row, unit in enumerate(units):
            if unit in place:
                treated[row, blocks >= 0] = plan[place[unit], blocks[blocks >= 0]]
        return treated

    def blocks(self, days: Iterable[date]) -> NDArray[np.int64]:
        """The block of each day, -1 outside the test."""
        if self.starts_on is None:
            raise ValueError("The design has no first day yet: fix it with `starting`.")
        since = np.array([(day - self.starts_on).days for day in days], dtype=np.int64)
        inside = (since >= 0) & (since < self.test_days)
        length = self.block_days or self.test_days
        return np.where(inside, np.minimum(since // length, self.n_blocks - 1), -1)

    def _logged(self) -> NDArray[np.bool_]:
        plan = np.zeros((len(self.units), self.n_blocks), dtype=np.bool_)
        place = {unit: at for at, unit in enumerate(self.units)}
        for line in self.assignments:
            plan[place[line.unit], line.block or 0] = line.arm == "treated"
        return plan

    def _stratum(self, at: int) -> str:
        return "" if isinstance(self.rule, Lottery) else self.rule.strata[at]

    def _day(self, block: int, shift: int = 0) -> date | None:
        if self.starts_on is None:
            return None
        days = self.test_days if block >= self.n_blocks else block * self.block_days
        return self.starts_on + timedelta(days=days + shift)

    def as_json(self) -> dict[str, Any]:
        """The log as plain values, in a stable order, to be stored and read again."""
        return {
            "version": VERSION,
            "kind": self.kind,
            "method": self.method,
            "seed": self.seed,
            "share": self.share,
            "starts_on": _iso(self.starts_on),
            "ends_on": _iso(self.ends_on),
            "test_days": self.test_days,
            "pre_days": self.pre_days,
            "block_days": self.block_days,
            "wash_out_days": self.wash_out_days,
            "horizon_days": self.horizon_days,
            "rule": self.rule.as_json(),
            "power": self.power.as_json() if self.power else None,
            "checks": [asdict(check) for check in self.checks],
            "notes": list(self.notes),
            "assignments": [
                asdict(line) | {"starts_on": _iso(line.starts_on), "ends_on": _iso(line.ends_on)}
                for line in self.assignments
            ],
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any] | str) -> "Design":
        """Read a log again; ValueError says what is wrong with it."""
        found = json.loads(written) if isinstance(written, str) else written
        if found.get("version") != VERSION:
            raise ValueError(
                f"This reads designs of version {VERSION}; the file says {found.get('version')!r}."
            )
        lines = [
            Assignment(**{**line, "starts_on": _day(line["starts_on"]), "ends_on": _day(line["ends_on"])})
            for line in found["assignments"]
        ]
        return cls(
            kind=found["kind"],
            rule=rule_from_json(found["rule"]),
            seed=int(found["seed"]),
            method=found["method"],
            test_days=int(found["test_days"]),
            pre_days=int(found["pre_days"]),
            block_days=int(found["block_days"]),
            wash_out_days=int(found["wash_out_days"]),
            horizon_days=int(found["horizon_days"]),
            assignments=tuple(lines),
            starts_on=_day(found["starts_on"]),
            power=Power.from_json(found["power"]) if found["power"] else None,
            checks=tuple(Check(**check) for check in found["checks"]),
            notes=tuple(found["notes"]),
        )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
