"""Branch by block of time: each unit is treated in some blocks and left out in others, by chance.

docs/methods/lift.md says what is estimated. One unit alone is in single.py.
"""

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.checks import as_drawn, compliance
from livingroom.measure.design.checks import wash_out as wash_out_check
from livingroom.measure.design.horizon import DEFAULT_DAYS
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.assigned import blocks_of, in_window, known_to, redrawn
from livingroom.measure.lift.blocks import Booleans, Cells, Integers, cells_of, exact, two_way
from livingroom.measure.lift.chart import beside_held_out
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.randomisation import Inversion
from livingroom.measure.lift.reading import Check, Reading
from livingroom.measure.lift.switchback_found import (
    LEAST_CLUSTERS,
    added_after_wash_out,
    by_length,
    cannibalised,
    intervals,
)

ON_TRUST = "No assignment log was given: that chance decided who was treated is taken on trust."
SHORT_RUN = (
    "A switchback shows the short-run lift, of posts against none while the brand's other habits stay; "
    "a holdout of units over months shows the long-run lift."
)


def switchback_lift(
    panel: Panel,
    *,
    wash_out: int | None = None,
    horizon: int | None = None,
    level: float = 0.95,
    seed: int = 0,
    assignment: Design | None = None,
    n_draws: int = 1000,
) -> Reading:
    """Estimate the lift of a randomised switchback.

    Parameters
    ----------
    panel : Panel
        Two units or more (one unit goes to `single_lift`), with `block` or blocks that can be read from the switches.
    wash_out : int, optional
        Times left away at the start of each block: the log's, or the horizon unless told.
    horizon : int, optional
        For how many times an offer pulls orders forward: the log's, or 10 unless told. A shorter wash-out is refused.
    level : float
        Level of the intervals.
    seed : int
        For the draws of the exact test.
    assignment : Design, optional
        The assignment log. Below 20 units it is needed, since only other draws of chance give an interval then.
    n_draws : int
        How many other assignments are compared.

    Returns
    -------
    Reading
        `relative` is the short-run lift; `cannibalised` how much more a reading without wash-out would show.

    Source: docs/methods/lift.md, "Switchback".
    """
    panel = in_window(assignment, known_to(assignment, panel))
    if horizon is None:
        horizon = assignment.horizon_days if assignment and assignment.horizon_days else DEFAULT_DAYS
    if wash_out is None:
        wash_out = assignment.wash_out_days if assignment and assignment.wash_out_days else horizon
    if len(panel.units) == 1:
        from livingroom.measure.lift.single import single_lift

        return single_lift(
            panel, horizon=horizon, level=level, seed=seed, assignment=assignment, n_draws=n_draws
        )
    if panel.pre.all() or not panel.treated.any():
        return Reading("switchback", NotEnoughData("No unit is treated at any time."), notes=panel.notes)
    block = blocks_of(assignment, panel)
    arms = _arms(panel, block, assignment)
    if isinstance(arms, str):
        return Reading("switchback", NotEnoughData(arms), notes=panel.notes)
    reason = _refusal(panel, block, arms, wash_out, horizon, assignment)
    cells = None if reason else cells_of(panel, block, arms, wash_out)
    fit = two_way(cells) if cells is not None else None
    if reason or cells is None or fit is None:
        reason = reason or "Arms do not vary inside units and inside blocks, so nothing can be compared."
        return Reading("switchback", NotEnoughData(reason), notes=panel.notes)
    drawn = exact(cells, redrawn(assignment, panel, n_draws, seed), level) if assignment else None
    found = intervals(cells, fit, drawn, level, len(panel.units))
    if isinstance(found, NotEnoughData):
        return Reading("switchback", found, notes=panel.notes)
    total, average = added_after_wash_out(panel, block, arms, cells, found[0])
    lengths = by_length(panel, block, arms, level)
    return Reading(
        design="switchback",
        relative=found[0],
        total=total,
        average=average,
        others=(*found[1:], *lengths),
        checks=_checks(panel, block, arms, wash_out, horizon, assignment, drawn),
        notes=(*panel.notes, SHORT_RUN, *_remarks(cells, assignment)),
        moments=beside_held_out(
            panel, np.where(block >= 0, arms[:, np.maximum(block, 0)], False), cells.kept, found[0]
        ),
        cannibalised=cannibalised(panel, block, arms, cells, fit, level) if wash_out else None,
    )


def _arms(panel: Panel, block: Integers, assignment: Design | None) -> Booleans | str:
    """Return who was to be treated, shape (n, blocks): the log's word, or the panel's where it does not change inside blocks."""
    n_blocks = int(block.max()) + 1
    if assignment is not None:
        place = {unit: row for row, unit in enumerate(assignment.units)}
        plan = np.zeros((len(assignment.units), assignment.n_blocks), bool)
        for line in assignment.assignments:
            plan[place[line.unit], line.block or 0] = line.arm == "treated"
        return plan[[place[unit] for unit in panel.units], :n_blocks]
    arms = np.zeros((len(panel.units), n_blocks), bool)
    for number in range(n_blocks):
        inside = panel.treated[:, block == number]
        share = inside.mean(axis=1)
        if ((share > 0) & (share < 1)).any():
            unit = panel.units[int(np.flatnonzero((share > 0) & (share < 1))[0])]
            return f"{unit} changes its arm inside block {number + 1}. Give the assignment log, or a `block` column that fits."
        arms[:, number] = share > 0
    return arms


def _refusal(
    panel: Panel, block: Integers, arms: Booleans, wash_out: int, horizon: int, assignment: Design | None
) -> str | None:
    lengths = np.bincount(block[block >= 0])
    if arms.all():
        return "All cells are treated: nothing was left out to compare with."
    if wash_out < horizon:
        return wash_out_check(wash_out, horizon).sentence
    if lengths.max() <= wash_out:
        return (
            f"Blocks of {lengths.max()} times leave nothing after a wash-out of {wash_out}. "
            "Plan longer blocks, or give --horizon if orders are pulled forward less far."
        )
    if arms.shape[1] < 2:
        return "There is one block only: use the design `geo` or `few`."
    if assignment is None and len(panel.units) < LEAST_CLUSTERS:
        return (
            f"With {len(panel.units)} units (fewer than {LEAST_CLUSTERS}) only the assignment log gives an interval that holds: "
            "give it with --assignment."
        )
    if float(np.nanstd(panel.outcome)) == 0:
        return "The outcome never changes."
    return None


def _checks(
    panel: Panel,
    block: Integers,
    arms: Booleans,
    wash_out: int,
    horizon: int,
    assignment: Design | None,
    drawn: Inversion | None,
) -> tuple[Check, ...]:
    inside = block >= 0
    delivered = panel.treated[:, inside]
    found = [wash_out_check(wash_out, horizon), compliance(arms[:, block[inside]], delivered)]
    if drawn is not None:
        found.insert(
            0,
            Check(
                "randomisation test",
                True,
                f"Chance alone gives such a difference with p = {drawn.p:.3f}.",
                drawn.p,
            ),
        )
    if assignment is not None:
        found.append(as_drawn(assignment.is_as_drawn()))
    return tuple(found)


def _remarks(cells: Cells, assignment: Design | None) -> tuple[str, ...]:
    remarks: tuple[str, ...] = () if assignment else (ON_TRUST,)
    if not cells.is_log:
        remarks += (
            "Some cell has no outcome, so shares of each unit's own mean are used instead of logarithms.",
        )
    return remarks
