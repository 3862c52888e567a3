"""What ships trained: a small file of numbers for each model, made by scripts/train_words.py."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.linear import Linear, compacted, widened
from livingroom.measure.words.ngrams import N_BUCKETS

FOLDER = Path(__file__).parent / "weights"
_RARITY_STEP = 0.05

Arrays = dict[str, NDArray[Any]]


def save(name: str, arrays: Arrays, folder: Path = FOLDER) -> None:
    """Write the numbers of one model."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / f"{name}.npz", allow_pickle=False, **arrays)


def load(name: str) -> Arrays:
    """Read the numbers of one model that ships."""
    # No pickles: a file of weights may hold numbers only.
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as found:
        return dict(found)


def provenance() -> dict[str, Any]:
    """Return what the shipped weights were made from, with checksums, versions and the accuracy reached."""
    found: dict[str, Any] = json.loads((FOLDER / "provenance.json").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def shipped_rarity() -> NDArray[np.float32]:
    """Return how rare each bucket is, as shipped."""
    return rarity_from(load("ngrams"))


def rarity_arrays(rarity: NDArray[np.float32]) -> Arrays:
    return {"rarity": np.rint(rarity / _RARITY_STEP).astype(np.uint8)}


def rarity_from(arrays: Arrays) -> NDArray[np.float32]:
    found: NDArray[np.float32] = arrays["rarity"].astype(np.float32) * _RARITY_STEP
    if found.shape != (N_BUCKETS,):
        raise ValueError(f"The rarity file has {found.shape} numbers, {N_BUCKETS} are due.")
    return found


def linear_arrays(prefix: str, model: Linear) -> Arrays:
    small, steps = compacted(model.slopes, N_BUCKETS)
    return {f"{prefix}_slopes": small, f"{prefix}_steps": steps, f"{prefix}_intercept": model.intercept}


def linear_from(arrays: Arrays, prefix: str) -> Linear:
    slopes = widened(arrays[f"{prefix}_slopes"], arrays[f"{prefix}_steps"], N_BUCKETS)
    return Linear(slopes, arrays[f"{prefix}_intercept"])
