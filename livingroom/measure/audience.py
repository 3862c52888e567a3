"""How many people several audiences have together, and how many they share, from theta sketches.

A sketch keeps at most 4,096 numbers made from names (a hash of each, the smallest ones). Sketches of any audiences can be
put together and cut with each other; up to 4,096 different names all of it is exact. docs/methods/reach.md
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from livingroom.measure.estimate import Estimate, NotEnoughData

if TYPE_CHECKING:
    from datasketches import compact_theta_sketch

LG_K = 12
LEVEL = 0.95
METHOD = "reach 1: theta sketch, lg_k 12"
_DEVIATIONS = 2  # an interval of two standard deviations, which is 95 %


def sketch_of(names: Iterable[str], *, also: bytes = b"") -> bytes:
    """Sketch an audience, or add names to one.

    Parameters
    ----------
    names : iterable of str
        One name for each person, the same whenever it is the same person. A name twice counts once.
    also : bytes
        A sketch that the names are added to; empty for a new one.

    Returns
    -------
    bytes
        The sketch, at most 33 kB, to be stored or put together with others.

    Raises
    ------
    ValueError
        If `also` is no sketch.

    Source
    ------
    Dasgupta, Lang, Rhodes, Thaler: A Framework for Estimating Stream Expression Cardinalities (ICDT 2016).
    """
    from datasketches import update_theta_sketch

    sketch = update_theta_sketch(LG_K)
    for name in names:
        sketch.update(name)
    sketch.trim()
    made: bytes = sketch.compact().serialize()
    return together([also, made]) if also else made


def together(sketches: Sequence[bytes]) -> bytes:
    """Put audiences together: the sketch of everybody in any of them. Raises ValueError when one is no sketch."""
    from datasketches import theta_union

    union = theta_union(LG_K)
    for sketch in sketches:
        union.update(_read(sketch))
    made: bytes = union.get_result().serialize()
    return made


def people_in(sketches: Sequence[bytes]) -> Estimate:
    """Estimate how many different people are in at least one of the audiences.

    Parameters
    ----------
    sketches : sequence of bytes
        What `sketch_of` returned, in any order; none is an audience of nobody.

    Returns
    -------
    Estimate
        People, with an interval of 95 %. Exact (low equals high) as long as at most 4,096 names were seen.

    Raises
    ------
    ValueError
        If one of them is no sketch.

    Source
    ------
    docs/methods/reach.md; a relative standard error of 1 / sqrt(4096 - 1), which is 1.6 %.
    """
    return _estimate(_read(together(sketches)))


def people_in_both(first: bytes, second: bytes) -> Estimate | NotEnoughData:
    """Estimate how many people are in both audiences.

    Parameters
    ----------
    first, second : bytes
        What `sketch_of` returned.

    Returns
    -------
    Estimate or NotEnoughData
        People, with an interval of 95 %. A small overlap of two large audiences leaves too few common names in the
        sketches to say more than a ceiling: then it is not enough data, and the reason names the ceiling.

    Raises
    ------
    ValueError
        If one of them is no sketch.

    Source
    ------
    docs/methods/reach.md
    """
    from datasketches import theta_intersection

    cut = theta_intersection()
    cut.update(_read(first))
    cut.update(_read(second))
    result = cut.get_result()
    if result.is_estimation_mode() and not result.num_retained:
        return NotEnoughData(f"they share fewer than {result.get_upper_bound(_DEVIATIONS):,.0f} people")
    return _estimate(result)


def _estimate(sketch: "compact_theta_sketch") -> Estimate:
    value = float(sketch.get_estimate())
    low, high = sketch.get_lower_bound(_DEVIATIONS), sketch.get_upper_bound(_DEVIATIONS)
    # With few names left the bounds are found step by step and may miss the value by a rounding.
    return Estimate(value, min(low, value), max(high, value), LEVEL, int(sketch.num_retained), METHOD)


def _read(sketch: bytes) -> "compact_theta_sketch":
    from datasketches import compact_theta_sketch

    try:
        return compact_theta_sketch.deserialize(sketch)
    except (IndexError, RuntimeError, ValueError) as error:
        raise ValueError(f"These {len(sketch)} bytes are no sketch of an audience.") from error
