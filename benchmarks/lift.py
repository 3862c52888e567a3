"""How long the analysis of an experiment takes, and one refit of a placebo against a general solver.

    python benchmarks/lift.py            the whole table
    python benchmarks/lift.py --json

A placebo refit finds all weights of one method again with another unit in the place of the treated one; an interval needs
dozens of them, a test of its honesty hundreds of thousands. The peer is the same problem, the same objective and the same
start given to scipy's SLSQP, as several packages do. Panels have 39 units and 31 times (that of the cigarette tax) and 40
units and 120 times.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.report import Line, show
from livingroom.measure.lift.few import few_lift
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.simulate import few_world, geo_world, switchback_world
from livingroom.measure.lift.switchback import switchback_lift
from livingroom.measure.lift.synthetic import Method, fit, simplex_weights

REFIT_BAR_MS, ANALYSIS_BAR_MS = 1.0, 50.0
SHAPES = ((39, 19, 12), (40, 90, 30))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    return show([*refits(), *analyses()], as_json=options.json)


def refits() -> list[Line]:
    lines = []
    for n_units, n_pre, n_post in SHAPES:
        panel = few_world(0.1, 1, n_units=n_units, n_pre=n_pre, n_test=n_post).panel
        own, controls = panel.outcome[panel.ever_treated][0], panel.outcome[~panel.ever_treated]
        past, goal = controls[:, panel.pre].T, own[panel.pre]
        slow = milliseconds(partial(by_slsqp, past, goal), 3)
        fast = milliseconds(partial(simplex_weights, past, goal), 100)
        title = f"{n_units} units x {n_pre + n_post} times"
        lines.append(
            Line(
                f"weights on a simplex, {title}",
                fast,
                "ms",
                slow / fast,
                f"SLSQP in {slow:.1f} ms",
                "none",
                True,
            )
        )
        for method in ("sc", "sc_intercept", "sdid"):
            taken = milliseconds(partial(refit, method, own, controls, panel.pre), 100)
            lines.append(
                Line(
                    f"placebo refit, {method}, {title}",
                    taken,
                    "ms",
                    taken / REFIT_BAR_MS,
                    f"{REFIT_BAR_MS:g} ms",
                    f"< {REFIT_BAR_MS:g} ms",
                    taken < REFIT_BAR_MS,
                )
            )
    return lines


def refit(method: Method, own: np.ndarray, controls: np.ndarray, pre: np.ndarray) -> float:
    return fit(method, own, controls, pre, 1, ~pre).att


def by_slsqp(columns: np.ndarray, target: np.ndarray) -> np.ndarray:
    n = columns.shape[1]
    scale = float(np.abs(target).max())
    columns, target = columns / scale, target / scale
    found = minimize(
        lambda weights: float(((columns @ weights - target) ** 2).sum()),
        np.full(n, 1 / n),
        jac=lambda weights: 2 * columns.T @ (columns @ weights - target),
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-10},
    )
    return found.x


def analyses() -> list[Line]:
    geo = geo_world(0.05, 1).panel
    switchback = switchback_world(0.05, 1).panel
    few = few_world(0.05, 1, n_pre=90, n_test=30).panel
    runs: list[tuple[str, Callable[[], object]]] = [
        ("geo", lambda: geo_lift(geo)),
        ("switchback", lambda: switchback_lift(switchback)),
        ("few, 39 placebos of 4 methods", lambda: few_lift(few)),
    ]
    lines = []
    for name, run in runs:
        taken = milliseconds(run, 10)
        lines.append(
            Line(
                f"whole analysis of 40 units x 120 days, {name}",
                taken,
                "ms",
                taken / ANALYSIS_BAR_MS,
                f"{ANALYSIS_BAR_MS:g} ms",
                "none",
                True,
            )
        )
    return lines


def milliseconds(run: Callable[[], object], n_times: int) -> float:
    """The median of several runs: other work on the machine lengthens some."""
    run()
    taken = []
    for _ in range(n_times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken)) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
