"""Members with nearly the same ballots."""

import numpy as np

from livingroom.measure.ballots.votes import Integers, Told

ALIKE_FROM = 0.8
FEWEST_VOTES = 4  # two people who like the front page's first three ideas have never met
FEWEST_MEMBERS = 5
MOST_VOTES = 500  # whoever votes for everything is like everybody who does
_HASHES, _ROWS = 24, 3


def alike(told: Told, seed: int = 0) -> list[Integers]:
    """Return groups of members (numbered from 0) whose ballots agree by at least 0.8 (Jaccard index).

    MinHash sketches bring candidates together in bands of three hashes; the index of a pair that a group is built on is counted
    exactly.

    Source
    ------
    Broder, On the resemblance and containment of documents, 1997; docs/methods/ballots.md.
    """
    fits = (told.n_cast >= FEWEST_VOTES) & (told.n_cast <= MOST_VOTES)
    order = np.argsort(told.member[fits], kind="stable")
    member, idea = told.member[fits][order], told.idea[fits][order]
    if len(member) == 0:
        return []
    members, starts = np.unique(member, return_index=True)
    sketches = _sketches(idea, starts, seed)
    pairs = _pairs(sketches, idea, np.append(starts, len(idea)))
    return [members[group] for group in _joined(pairs, len(members)) if len(group) >= FEWEST_MEMBERS]


def _sketches(
    idea: Integers, starts: Integers, seed: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    rng = np.random.default_rng(seed)
    sketches = np.empty((_HASHES, len(starts)), dtype=np.uint64)
    hashed = _scatter(idea.astype(np.uint64))
    for number in range(_HASHES):
        salted = _scatter(hashed ^ rng.integers(0, 2**63, dtype=np.uint64))
        sketches[number] = np.minimum.reduceat(salted, starts)
    return sketches


def _scatter(
    values: np.ndarray[tuple[int, ...], np.dtype[np.uint64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    """Mix the bits of whole numbers (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _pairs(
    sketches: np.ndarray[tuple[int, ...], np.dtype[np.uint64]], idea: Integers, ends: Integers
) -> list[tuple[int, int]]:
    """Return pairs that are alike. In a bucket everybody is compared with the first and with the one before."""
    candidates: set[tuple[int, int]] = set()
    for start in range(0, _HASHES, _ROWS):
        band = _scatter(sketches[start] ^ _scatter(sketches[start + 1] ^ _scatter(sketches[start + 2])))
        order = np.argsort(band, kind="stable")
        same = band[order][1:] == band[order][:-1]
        first = order[np.maximum.accumulate(np.where(np.append(False, same), 0, np.arange(len(order))))]
        for left in (order[:-1][same], first[1:][same]):
            candidates.update(zip(left.tolist(), order[1:][same].tolist(), strict=True))
    return [pair for pair in candidates if _jaccard(idea, ends, *pair) >= ALIKE_FROM]


def _jaccard(idea: Integers, ends: Integers, left: int, right: int) -> float:
    one = set(idea[ends[left] : ends[left + 1]].tolist())
    other = set(idea[ends[right] : ends[right + 1]].tolist())
    return len(one & other) / max(len(one | other), 1)


def _joined(pairs: list[tuple[int, int]], n: int) -> list[Integers]:
    """Return who hangs together by pairs."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not pairs:
        return []
    left, right = np.array(pairs).T
    _, label = connected_components(
        coo_matrix((np.ones(len(left)), (left, right)), shape=(n, n)), directed=False
    )
    inside = np.unique(np.concatenate([left, right]))
    groups = inside[np.argsort(label[inside], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[groups])) + 1
    return np.split(groups, cuts)
