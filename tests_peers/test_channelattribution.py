"""Our paths against ChannelAttribution 2.2.5 on its own sample of 10,000 paths.

Its heuristics are exact, so ours must be equal. Its Markov model is simulated: the reference file holds a run of forty
million simulations, which still leaves noise, so a channel may be off by a thousandth of the whole.
"""

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest

from livingroom.measure.paths import heuristics, markov, measure_paths, read_paths

CACHE = (
    Path(os.environ.get("LIVINGROOM_CACHE", Path.home() / ".cache" / "livingroom"))
    / "peers"
    / "channelattribution"
)
SHARED = Path(os.environ.get("LIVINGROOM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
REFERENCE = SHARED / "data" / "credit" / "channelattribution_reference_markov.csv"
HEURISTICS = """
import json, sys
import pandas
from ChannelAttribution import heuristic_models
data = pandas.read_csv(sys.argv[1], sep=";")
found = heuristic_models(data, "path", "total_conversions", var_value="total_conversion_value", flg_pro=False)
print("RESULT" + json.dumps(found.to_dict("records")))
"""
MARKOV = """
import json, sys
import pandas
from ChannelAttribution import markov_model
data = pandas.read_csv(sys.argv[1], sep=";")
found = markov_model(data, "path", "total_conversions", var_value="total_conversion_value", var_null="total_null",
                     order=int(sys.argv[2]), nsim_start=1e6, conv_par=0.005, verbose=False, flg_pro=False)
print("RESULT" + json.dumps(found.to_dict("records")))
"""


@pytest.fixture(scope="module")
def sample() -> Path:
    found = sorted(CACHE.glob("lib/python3*/site-packages/cypack/data/Data.csv"))
    if not found:
        pytest.fail(
            "ChannelAttribution is not installed. Install it: scripts/peers/install.sh channelattribution"
        )
    return found[0]


def run(program: str, *arguments: object) -> list[dict[str, float | str]]:
    command = [str(CACHE / "bin" / "python"), "-c", program, *(str(argument) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    rows: list[dict[str, float | str]] = json.loads(done.stdout.split("RESULT")[1])
    return rows


def test_first_last_and_linear_are_its_own(sample: Path) -> None:
    theirs = {str(row["channel_name"]): row for row in run(HEURISTICS, sample)}

    ours = [row for row in heuristics(read_paths(sample)) if row.model != "position"]

    assert {row.channel for row in ours} == set(theirs)
    for row in ours:
        name = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}[row.model]
        assert row.total_conversions == pytest.approx(
            theirs[row.channel][f"{name}_conversions"], rel=1e-9, abs=1e-9
        )
        assert row.total_conversion_value == pytest.approx(
            theirs[row.channel][f"{name}_value"], rel=1e-9, abs=1e-9
        )


@pytest.mark.parametrize("order", [1, 2, 3])
def test_chains_are_those_of_the_long_reference_run(order: int, sample: Path) -> None:
    if not REFERENCE.exists():
        pytest.skip(f"{REFERENCE} is not there")
    with REFERENCE.open() as file:
        theirs = {row["channel"]: row for row in csv.DictReader(file) if row["order"] == str(order)}

    ours = {row.channel: row for row in markov(read_paths(sample), order)}

    n_conversions = sum(row.total_conversions for row in ours.values())
    value = sum(row.total_conversion_value for row in ours.values())
    assert set(ours) == set(theirs)
    for channel, row in ours.items():
        reference = {
            name: float(text) for name, text in theirs[channel].items() if name not in ("order", "channel")
        }
        assert row.total_conversions == pytest.approx(
            reference["total_conversions"], abs=1e-3 * n_conversions
        )
        assert row.total_conversion_value == pytest.approx(
            reference["total_conversion_value"], abs=1e-3 * value
        )
        assert row.removal_effect_conversions == pytest.approx(
            reference["removal_effect_conversions"], abs=1e-3
        )
        assert row.removal_effect_value == pytest.approx(reference["removal_effect_value"], abs=1e-3)


def test_the_largest_channels_agree_to_a_thousandth_of_themselves(sample: Path) -> None:
    # Exact solutions published beside the reference file.
    exact = {1: 5344.95, 2: 5617.45, 3: 5748.10}

    for order, conversions in exact.items():
        (alpha,) = (row for row in markov(read_paths(sample), order) if row.channel == "alpha")
        assert alpha.total_conversions == pytest.approx(conversions, abs=0.006)


def test_its_simulation_comes_near_our_solution(sample: Path) -> None:
    theirs = {str(row["channel_name"]): row for row in run(MARKOV, sample, 1)}

    ours = [row for row in measure_paths(read_paths(sample), (1,)) if row.model == "markov"]

    total = sum(row.total_conversions for row in ours)
    for row in ours:
        assert row.total_conversions == pytest.approx(
            theirs[row.channel]["total_conversions"], abs=0.01 * total
        )
