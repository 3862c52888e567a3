"""A reading before the test's end: its interval is widened to bounds that hold however often one looks."""

from dataclasses import replace
from datetime import timedelta

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.looks import always_valid
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.assigned import as_days
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading import Reading


def days_done(panel: Panel, design: Design) -> int | None:
    """How many days of the test the panel reaches; None if log or panel have no days."""
    days = as_days(panel.times)
    if days is None or design.starts_on is None:
        return None
    return max(0, min((max(days) - design.starts_on + timedelta(days=1)).days, design.test_days))


def as_look(reading: Reading, panel: Panel, design: Design) -> Reading:
    """Return the reading as it is if the test is over, else as a look.

    Ordinary intervals hold for one reading at a time that was fixed before. Whoever reads each week and stops when the
    interval leaves zero is wrong far oftener than they say.

    Parameters
    ----------
    reading : Reading
        Of a geo holdout or a switchback.
    panel : Panel
        What was read.
    design : Design
        The assignment log, which knows when the test ends.
    """
    n_done = days_done(panel, design)
    if isinstance(reading.relative, NotEnoughData) or n_done is None or n_done >= design.test_days:
        return reading
    n_units = len(panel.units)
    so_far = replace(reading.relative, n=n_units * n_done)
    found = always_valid(so_far, n_planned=n_units * design.test_days, log_scale=reading.relative.low > -1)
    note = f"A look after {n_done} of {design.test_days} days, with bounds that hold however often one looks."
    return replace(
        reading, relative=found.estimate, total=None, average=None, others=(), notes=(note, *reading.notes)
    )
