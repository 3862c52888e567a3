"""From a file and a design's name to a reading: what the command does, for anyone to call."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from livingroom.measure.design.assignment import Design
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading import DesignName, Reading
from livingroom.measure.lift.reading_panels import read_panel
from livingroom.measure.lift.synthetic import Method
from livingroom.measure.lift.tables import has_column, read_table
from livingroom.measure.lift.windows import is_constant, with_treated_units, within
from livingroom.measure.problems import InputError


@dataclass(frozen=True)
class Question:
    """Which file, which design, which columns.

    The fields are the options of `livingroom measure lift`; names of several things stand between commas.
    """

    panel: str
    design: DesignName
    unit: str = "unit"
    time: str = "time"
    outcome: str = "outcome"
    treated: str = "treated"
    treated_value: str | None = None
    held_out_value: str | None = None
    treated_units: str | None = None
    start: str | None = None
    end: str | None = None
    pre: str | None = None
    block: str | None = None
    stratum: str | None = None
    taken: str | None = None
    denominator: str | None = None
    controls: str | None = None
    share: float | None = None
    assignment: Path | None = None
    wash_out: int | None = None
    horizon: int | None = None
    estimator: Method = "sdid"
    interval: Literal["placebo", "jackknife"] = "placebo"
    level: float = 0.95
    seed: int = 0
    n_draws: int | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Question":
        """Make a question of the command's options."""
        return cls(**{field.name: options[field.name] for field in fields(cls) if field.name in options})


def analyse(question: Question) -> Reading:
    """Read the file and analyse it. Raises InputError if it cannot be read as the design needs it."""
    if question.design in ("people", "codes"):
        return _rows(question)
    if question.design == "history":
        return _history(question)
    design = read_assignment(question.assignment) if question.assignment else None
    panel = panel_of(question, design)
    shared: dict[str, Any] = {"level": question.level, "seed": question.seed, "assignment": design} | _draws(
        question
    )
    if question.design == "geo":
        from livingroom.measure.lift.geo import geo_lift

        return _looked(geo_lift(panel, **shared), panel, design)
    if question.design == "switchback":
        from livingroom.measure.lift.switchback import switchback_lift

        reading = switchback_lift(panel, wash_out=question.wash_out, horizon=question.horizon, **shared)
        return _looked(reading, panel, design)
    from livingroom.measure.lift.few import few_lift

    return few_lift(panel, estimator=question.estimator, interval=question.interval, **shared)


def _looked(reading: Reading, panel: Panel, design: Design | None) -> Reading:
    from livingroom.measure.lift.looking import as_look

    return reading if design is None else as_look(reading, panel, design)


def _draws(question: Question) -> dict[str, int]:
    return {} if question.n_draws is None else {"n_draws": question.n_draws}


def read_assignment(path: Path) -> Design:
    """Read an assignment log. Raises InputError if it is none."""
    try:
        return Design.from_json(path.read_text())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError([f"{path} is no assignment log: {error}"]) from error


def panel_of(question: Question, design: Design | None = None) -> Panel:
    """Read the panel with its treated units and its window, as the options or the log say."""
    names = question.treated_units
    panel = read_panel(
        question.panel,
        unit=question.unit,
        time=question.time,
        outcome=question.outcome,
        treated=None if names else question.treated,
        treated_value=question.treated_value,
        pre=question.pre,
        block=question.block,
        stratum=question.stratum,
    )
    if names:
        panel = with_treated_units(panel, tuple(name.strip() for name in names.split(",")))
    start, end = question.start, question.end
    if start is None and design is not None and design.starts_on is not None and is_constant(panel.treated):
        start = design.starts_on.isoformat()
    if (
        start is None
        and question.pre is None
        and panel.treated.any()
        and is_constant(panel.treated)
        and not panel.pre.any()
    ):
        raise InputError(
            ["Units are treated at every time of the file: say with --from when the test began."]
        )
    return within(panel, start, end)


def _rows(question: Question) -> Reading:
    from livingroom.measure.lift.codes import codes_lift
    from livingroom.measure.lift.people import people_lift
    from livingroom.measure.lift.reading_rows import read_rows

    rows = read_rows(
        read_table(question.panel),
        person=question.unit,
        outcomes=tuple(name.strip() for name in question.outcome.split(",")),
        treated=question.treated,
        treated_value=question.treated_value,
        held_out_value=question.held_out_value,
        pre=question.pre,
        stratum=question.stratum,
        taken=question.taken,
        denominator=question.denominator,
    )
    design = read_assignment(question.assignment) if question.assignment else None
    share = question.share if question.share is not None or design is None else design.share
    if question.design == "codes":
        return codes_lift(rows, level=question.level, seed=question.seed, share=share, **_draws(question))
    return people_lift(rows, level=question.level, share=share)


def _history(question: Question) -> Reading:
    """A file with a column for the unit is a panel; without one, each series has a column of its own."""
    from livingroom.measure.lift.history import history_lift
    from livingroom.measure.lift.reading_series import series_of, wide_series

    names = tuple(name.strip() for name in question.controls.split(",")) if question.controls else ()
    table = read_table(question.panel)
    if has_column(table, question.unit):
        series = series_of(panel_of(question), names)
    else:
        series = wide_series(
            table,
            time=question.time,
            outcome=question.outcome,
            treated=question.treated,
            controls=names,
            start=question.start,
            end=question.end,
        )
    return history_lift(series, level=question.level, seed=question.seed, **_draws(question))
