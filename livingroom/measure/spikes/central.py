"""The most central mentions of many: what to read when there is time for five."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
MOST_COMPARED = 3000  # mentions compared pair by pair; of more, every so many-th


def central_by_vector(vectors: NDArray[np.floating], most: int = 5) -> list[int]:
    """Return the places of the mentions that stand for the others best.

    Parameters
    ----------
    vectors : (n, d) float
        One embedding a mention; only its direction counts.
    most : int
        How many to return.

    Returns
    -------
    list of int
        The first is the medoid: the mention most like all others. Each further one adds most to how well every mention has a
        like among those chosen, so that five copies of one text are not five of the five.

    Source
    ------
    Greedy facility location: Nemhauser, Wolsey, Fisher, Mathematical Programming 14 (1978); docs/methods/spikes.md.
    """
    places = _compared(len(vectors))
    chosen = np.asarray(vectors, dtype=np.float32)[places]
    lengths = np.linalg.norm(chosen, axis=1, keepdims=True)
    unit = chosen / np.where(lengths > 0, lengths, 1)
    return [int(places[place]) for place in _greedy(np.clip(unit @ unit.T, 0, 1), most)]


def central_by_tokens(tokens: Sequence[AbstractSet[str]], most: int = 5) -> list[int]:
    """Return the places of the most central mentions, alike by the share of their words in common (Jaccard).

    Parameters
    ----------
    tokens : sequence of set of str
        The words of every mention.
    most : int
        How many to return; see `central_by_vector`.
    """
    from scipy.sparse import csr_matrix

    places = _compared(len(tokens))
    number: dict[str, int] = {}
    columns, ends = [], [0]
    for place in places:
        columns += [number.setdefault(word, len(number)) for word in sorted(tokens[place])]
        ends.append(len(columns))
    table = csr_matrix(
        (np.ones(len(columns), np.float32), np.array(columns, np.int64), np.array(ends)),
        shape=(len(places), max(len(number), 1)),
    )
    common = (table @ table.T).toarray()
    sizes = np.diff(ends)
    either = sizes[:, None] + sizes[None, :] - common
    return [int(places[place]) for place in _greedy(common / np.maximum(either, 1), most)]


def _compared(n: int) -> NDArray[np.int64]:
    if n <= MOST_COMPARED:
        return np.arange(n)
    return np.linspace(0, n - 1, MOST_COMPARED).astype(np.int64)


def _greedy(alike: Floats, most: int) -> list[int]:
    """Choose again and again the mention that raises everybody's best likeness most; of equals the first."""
    best = np.zeros(len(alike), dtype=np.float64)
    chosen: list[int] = []
    for _ in range(min(most, len(alike))):
        gain = np.maximum(alike - best[:, None], 0).sum(axis=0, dtype=np.float64)
        gain[chosen] = -1.0
        chosen.append(int(np.argmax(np.round(gain, 9))))
        best = np.maximum(best, alike[:, chosen[-1]])
    return chosen
