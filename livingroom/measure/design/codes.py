"""The code lottery: each visitor wins the code with the same chance, decided by a keyed hash and never by the moment."""

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.draws import uniform
from livingroom.measure.design.power import WISHED, people_needed, two_arm_power
from livingroom.measure.design.rules import Lottery
from livingroom.measure.estimate import NotEnoughData

FEWEST_WINNERS = 100


def wins(seed: int, visitor: str, share: float) -> bool:
    """Whether a visitor wins: the same answer each time, on each machine, for one seed.

    Parameters
    ----------
    seed : int
        The design's seed.
    visitor : str
        What the visitor is known by: an id, a digest. The draw says nothing of it and needs no list.
    share : float
        The share that wins, from 0 (nobody) to 1 (everybody).
    """
    return uniform(seed, "visitor", visitor) < share


def plan_codes(
    *,
    visitors_a_day: float,
    mean: float,
    standard_deviation: float | None = None,
    days: int,
    share: float = 0.5,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = 0.95,
    seed: int,
) -> Design | NotEnoughData:
    """Plan a code lottery.

    Parameters
    ----------
    visitors_a_day : float
        Visitors that ask for the code.
    mean : float
        Orders (or revenue) per visitor so far, with the code given to all.
    standard_deviation : float, optional
        Of one visitor's outcome; for a share of buyers it follows from the mean.
    days : int
        Days of test.
    share : float
        The share of visitors that gets a code.
    lift : float
        The lift of offering the code to a visitor (intention to treat) to be seen.
    wished : float
        The power wished for.
    level : float
        Level of the interval.
    seed : int
        Seed of the keyed draw.

    Returns
    -------
    Design or NotEnoughData
    """
    n = int(visitors_a_day * days)
    n_smaller = n * min(share, 1 - share)
    if n_smaller < FEWEST_WINNERS:
        return NotEnoughData(
            f"{n:,} visitors in {days} days leave {n_smaller:,.0f} on the smaller side; {FEWEST_WINNERS} are the least. "
            f"Run it for longer, or draw nearer to half."
        )
    is_share = standard_deviation is None and 0 < mean < 1
    if standard_deviation is None:
        standard_deviation = (mean * (1 - mean)) ** 0.5 if 0 < mean < 1 else mean
    power = two_arm_power(
        mean=mean,
        standard_deviation=standard_deviation,
        n=n,
        share=share,
        lift=lift,
        wished=wished,
        level=level,
        is_share=is_share,
    )
    needed = people_needed(mean, standard_deviation, share, lift, wished, level, is_share=is_share)
    notes = [
        "Intention to treat: the lift of offering the code, used or not. The lift among those who use it is larger.",
        f"A lift of {lift:.1%} needs {needed:,} visitors, which is {needed / visitors_a_day:,.0f} days.",
    ]
    return Design(
        kind="codes",
        rule=Lottery(share),
        seed=seed,
        method=f"keyed draw for each visitor, {share:.0%} win",
        test_days=days,
        power=power,
        notes=tuple(notes),
    )
