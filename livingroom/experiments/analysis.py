"""Reading an experiment: the same panel and the same functions that `livingroom measure lift` uses on files."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from livingroom.experiments import luck
from livingroom.experiments.models import Experiment
from livingroom.experiments.panels import by_weeks, experiment_panel, panel_digest, unit_panel
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.looks import always_valid
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading import Reading

Kind = Experiment.Kind
RULE_VERSION = "lift 1"
FEWEST_CONTROLS = 5
HISTORY_WEEKS = 78
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Analysis:
    """A reading, and the digest of what it was made from."""

    reading: Reading
    digest: str
    is_final: bool


def analyse(experiment: Experiment, now: datetime) -> Analysis:
    """Read the experiment as far as it is. Before its end the bounds are such that one may look as often as one likes."""
    is_final = experiment.state in Experiment.OVER
    if experiment.kind == Kind.CODES:
        reading, digest = _codes(experiment)
    elif experiment.kind == Kind.HISTORY:
        panel = history_of(experiment, now)
        reading, digest = _modelled(panel, experiment.seed), panel_digest(panel)
    else:
        design = Design.from_json(experiment.design)
        panel = experiment_panel(experiment, design, until=None if is_final else now.date())
        reading, digest = _tested(experiment, panel, design), panel_digest(panel)
        if not is_final:
            reading = _as_look(reading, panel, design)
    return Analysis(
        replace(reading, notes=(*reading.notes, *_said_of_overrides(experiment))), digest, is_final
    )


def panel_of(experiment: Experiment, now: datetime) -> Panel:
    """The panel that a reading at `now` is made from."""
    if experiment.kind == Kind.HISTORY:
        return history_of(experiment, now)
    until = None if experiment.state in Experiment.OVER else now.date()
    return experiment_panel(experiment, Design.from_json(experiment.design), until=until)


def history_of(experiment: Experiment, now: datetime) -> Panel:
    """The units since the first day, against their own past and the markets that are only compared with.

    By whole weeks from the first day on: single days are mostly noise, and weekdays would have to be modelled, too.
    """
    first, end = experiment.starts_at.date(), min(experiment.ends_at.date(), now.date())
    n_weeks = (end - first).days // 7
    panel = by_weeks(unit_panel(experiment, first - HISTORY_WEEKS * WEEK, first + n_weeks * WEEK))
    pre = np.array([date.fromisoformat(day) < first for day in panel.times], dtype=np.bool_)
    controls = set(experiment.units.filter(is_control=True).values_list("name", flat=True))
    ours = np.array([unit not in controls for unit in panel.units], dtype=np.bool_)
    return replace(panel, pre=pre, treated=ours[:, None] & ~pre[None, :])


def _said_of_overrides(experiment: Experiment) -> list[str]:
    rows = experiment.overrides.select_related("staff")
    return [f"Let through against the draw by {row.staff}: {row.about}. “{row.reason}”" for row in rows]


def _tested(experiment: Experiment, panel: Panel, design: Design) -> Reading:
    # scipy is slow to load, and no other page needs it.
    if experiment.kind == Kind.GEO:
        from livingroom.measure.lift.geo import geo_lift

        return geo_lift(panel, seed=experiment.seed, assignment=design)
    from livingroom.measure.lift.switchback import switchback_lift

    return switchback_lift(panel, seed=experiment.seed, assignment=design)


def _modelled(panel: Panel, seed: int) -> Reading:
    """History against its own past and the other markets; where those are enough, synthetic control beside it."""
    from livingroom.measure.lift.few import few_lift
    from livingroom.measure.lift.history import history_lift
    from livingroom.measure.lift.reading_series import series_of

    reading = history_lift(series_of(panel), seed=seed)
    if int((~panel.ever_treated).sum()) < FEWEST_CONTROLS:
        return reading
    beside = few_lift(panel, seed=seed).relative
    others = (beside, *reading.others) if isinstance(beside, Estimate) else reading.others
    return replace(reading, others=others)


def _codes(experiment: Experiment) -> tuple[Reading, str]:
    from livingroom.measure.lift.codes import codes_lift
    from livingroom.measure.lift.reading_rows import Rows

    visitors = luck.visitors_of(experiment)
    rows = Rows(outcomes={"outcome": visitors.net}, treated=visitors.won, pre={}, taken=visitors.used)
    reading = codes_lift(rows, share=experiment.share, seed=experiment.seed)
    return reading, luck.digest(visitors)


def _as_look(reading: Reading, panel: Panel, design: Design) -> Reading:
    """Widen the interval to bounds that hold at every look; a verdict before the end must survive all of them."""
    if isinstance(reading.relative, NotEnoughData):
        return reading
    n_units, n_done = len(panel.units), int((~panel.pre).sum())
    so_far = replace(reading.relative, n=n_units * n_done)
    found = always_valid(so_far, n_planned=n_units * design.test_days, log_scale=True)
    note = f"A look after {n_done} of {design.test_days} days, with bounds that hold however often one looks."
    return replace(reading, relative=found.estimate, others=(), notes=(note, *reading.notes))
