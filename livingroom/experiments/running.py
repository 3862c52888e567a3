"""How an experiment goes: days done, what was sent against what chance decided, and what people overrode."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from livingroom.experiments.models import HELD_OUT, TREATED, Assignment, Experiment
from livingroom.links.models import LotteryDraw
from livingroom.measure.design.checks import compliance, sample_ratio
from livingroom.measure.lift.reading import Check


@dataclass(frozen=True)
class Cell:
    """A unit and a time of the log, and what went out in it."""

    assignment: Assignment
    n_sent: int
    n_against: int

    @property
    def is_kept(self) -> bool:
        """Whether what was decided was done: posts went out, or none did."""
        return self.n_sent > 0 if self.assignment.arm == TREATED else self.n_against == 0


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    n_days: int
    n_done: int
    cells: list[Cell]
    checks: list[Check]

    @property
    def words(self) -> str:
        return f"{self.n_done} of {self.n_days}"


def progress_of(experiment: Experiment, now: datetime) -> Progress:
    """Count what was sent in the cells that are over or under way."""
    cells = cells_until(experiment, now)
    done = min(max((now - experiment.starts_at).days, 0), experiment.n_days) if experiment.starts_on else 0
    return Progress(experiment.n_days, done, cells, checks_of(experiment, now, cells=cells))


def cells_until(experiment: Experiment, now: datetime | None) -> list[Cell]:
    """The log's cells that have begun at `now` (None: all), with the number of placements in each."""
    begun = experiment.assignments.select_related("unit")
    if now is not None:
        begun = begun.filter(starts_at__lte=now)
    sent = list(experiment.exposures.values_list("unit_id", "sent_at", "was_left_out"))
    by_unit: dict[int | None, list[tuple[datetime, bool]]] = {}
    for unit_id, at, against in sent:
        by_unit.setdefault(unit_id, []).append((at, against))
    found = []
    for row in begun:
        mine = [against for at, against in by_unit.get(row.unit_id, ()) if row.starts_at <= at < row.ends_at]
        found.append(Cell(row, len(mine), sum(mine)))
    return found


def checks_of(experiment: Experiment, now: datetime, *, cells: list[Cell] | None = None) -> list[Check]:
    """Compliance, and for a lottery the ratio of winners."""
    if experiment.kind == Experiment.Kind.CODES:
        return [_lottery_ratio(experiment)]
    if experiment.kind == Experiment.Kind.HISTORY:
        return []
    found = cells_until(experiment, now) if cells is None else cells
    if not found:
        return []
    assigned, delivered = _matrices(found)
    overrides = [f"{row.about}: {row.reason}" for row in experiment.overrides.all()]
    return [compliance(assigned, delivered, overrides)]


def _matrices(cells: list[Cell]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    assigned = np.array([[cell.assignment.arm != HELD_OUT for cell in cells]], dtype=np.bool_)
    kept = np.array([[cell.is_kept for cell in cells]], dtype=np.bool_)
    return assigned, np.where(kept, assigned, ~assigned)


def _lottery_ratio(experiment: Experiment) -> Check:
    draws = LotteryDraw.objects.filter(lottery__key=experiment.lottery_key)
    won = draws.filter(won=True).count()
    counts = {"won": won, "lost": draws.count() - won}
    return sample_ratio(counts, {"won": experiment.share, "lost": 1 - experiment.share})
