"""Run many worlds on all cores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from livingroom.world.honesty.trials import Trial, Try

BATCH = 10


@dataclass(frozen=True)
class Study:
    """One design: where its function is (module:function), with what arguments, and what is asked of it."""

    name: str
    about: str
    place: str
    n_worlds: int = 1000
    lifts: tuple[float, ...] = (0.0, 0.05, 0.2)
    options: dict[str, Any] = field(default_factory=dict)
    power_lift: float | None = None
    n_power: int = 1000
    first_seed: int = 0


def function_of(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"livingroom.world.honesty.{module}"), name)


def try_batch(place: str, lift: float, seeds: Sequence[int], options: dict[str, Any]) -> list[Trial]:
    attempt: Try = function_of(place)
    return [attempt(seed, lift, **options) for seed in seeds]


def try_many(
    pool: ProcessPoolExecutor, study: Study, lift: float, n: int, options: dict[str, Any] | None = None
) -> list[Trial]:
    """Try one design in `n` worlds."""
    seeds = range(study.first_seed, study.first_seed + n)
    merged = study.options | (options or {})
    batches = [seeds[start : start + BATCH] for start in range(0, n, BATCH)]
    found = [pool.submit(try_batch, study.place, lift, list(batch), merged) for batch in batches]
    return [trial for future in found for trial in future.result()]


def open_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Open a pool with one process a core, each kept to one core: small matrices gain nothing from more.

    Processes start afresh: a fork of one whose algebra library runs threads can wait for ever.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    return ProcessPoolExecutor(workers or os.cpu_count() or 1, get_context("spawn"), be_quiet)


def be_quiet() -> None:
    """Keep the warnings of thousands of small fits away from the table."""
    import warnings

    warnings.filterwarnings("ignore")
