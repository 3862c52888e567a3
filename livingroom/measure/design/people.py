"""Known people: a share of each segment is left out, drawn from a seed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.power import LEVEL, WISHED, people_needed, two_arm_power
from livingroom.measure.design.rules import WithinStrata
from livingroom.measure.estimate import NotEnoughData

FEWEST_PEOPLE = 200


def plan_people(
    people: Sequence[str],
    outcome: NDArray[np.float64],
    *,
    before: NDArray[np.float64] | None = None,
    segments: Sequence[str] | None = None,
    share: float = 0.5,
    days: int = 0,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    seed: int,
) -> Design | NotEnoughData:
    """Plan a holdout of known people.

    Parameters
    ----------
    people : sequence of str, length n
        Their ids, each once.
    outcome : array of float, shape (n,)
        What each did in a past stretch as long as the test: orders or revenue.
    before : array of float, shape (n,), optional
        What each did in the stretch before that one, to learn how much the past explains.
    segments : sequence of str, length n, optional
        Chance decides inside each, so that every segment has its share.
    share : float
        The share that is treated.
    days : int
        Days of test.
    lift, wished, level, seed
        As for `plan_geo`.

    Returns
    -------
    Design or NotEnoughData

    Raises
    ------
    ValueError
        If an id comes twice or lengths differ.
    """
    strata = tuple(segments) if segments is not None else ("",) * len(people)
    if len(set(people)) != len(people) or not len(people) == len(outcome) == len(strata):
        raise ValueError("Give each person once, with one outcome and one segment.")
    if len(people) * min(share, 1 - share) < FEWEST_PEOPLE / 2:
        return NotEnoughData(
            f"{len(people):,} people leave {len(people) * min(share, 1 - share):,.0f} on the smaller side, and "
            f"{FEWEST_PEOPLE // 2} are the least. Take more people, or draw nearer to half"
        )
    mean, deviation = float(np.mean(outcome)), float(np.std(outcome, ddof=1))
    if mean <= 0 or deviation == 0:
        return NotEnoughData(
            "nobody among these people bought in the past stretch, so no lift can be promised"
        )
    explained = _explained(outcome, before, strata)
    power = two_arm_power(
        mean=mean, standard_deviation=deviation, n=len(people), share=share, lift=lift, wished=wished, level=level,
        explained=explained,
    )  # fmt: skip
    needed = people_needed(mean, deviation, share, lift, wished, level, explained)
    notes = [
        f"What was known before explains {explained:.0%} of the differences between people.",
        f"A lift of {lift:.1%} needs {needed:,} people.",
    ]
    skewed = _largest_part(outcome)
    if skewed > 0.05:
        notes.append(
            f"One person made {skewed:.0%} of the outcome: cap amounts, or one order decides the test."
        )
    return Design(
        kind="people",
        rule=WithinStrata(tuple(people), strata, share),
        seed=seed,
        method="by chance within segments" if segments is not None else "by chance",
        test_days=days,
        power=power,
        notes=tuple(notes),
    ).with_log()


def _explained(
    outcome: NDArray[np.float64], before: NDArray[np.float64] | None, strata: Sequence[str]
) -> float:
    """R² of the outcome on the past and the segments."""
    names, places = np.unique(np.array(strata), return_inverse=True)
    means = np.bincount(places, weights=outcome) / np.bincount(places)
    rest = outcome - means[places]
    if before is not None:
        past = before - (np.bincount(places, weights=before) / np.bincount(places))[places]
        if past @ past > 0:
            rest = rest - past * (past @ rest) / (past @ past)
    total = float(((outcome - outcome.mean()) ** 2).sum())
    adjusted = (len(outcome) - 1) / max(len(outcome) - len(names) - (before is not None), 1)
    return max(0.0, 1 - float(rest @ rest) / total * adjusted)


def _largest_part(outcome: NDArray[np.float64]) -> float:
    return float(np.max(outcome) / np.sum(outcome)) if np.sum(outcome) > 0 else 0.0
