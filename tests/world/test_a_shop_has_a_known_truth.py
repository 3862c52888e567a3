"""The simulated shop of `livingroom world`: two lives from one chance, files that measuring takes, truth kept apart."""

import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from livingroom.commands.world import world
from livingroom.measure import evidence
from livingroom.measure.engine import connect
from livingroom.measure.summary import GRADES
from livingroom.world.regimes.outcome import Outcome, simulate
from livingroom.world.regimes.pair import make_pair

PEOPLE = 40_000
TRUE_LIFT = {"A": 0.218, "B": 0.016, "C": -0.023, "D": 0.552}
FILES = {
    "touches.parquet", "orders.parquet", "refunds.parquet", "panel.csv", "costs.csv", "assignment.json", "truth.json",
    "truth_orders.parquet",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Outcome:
    return simulate("A", PEOPLE, seed=3, holdout="geo")


def run(out: Path, *options: str):
    return CliRunner().invoke(
        world, ["--regime", "B", "--people", "20000", "--days", "60", "--out", str(out), *options]
    )


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    # More people than one chunk holds, so that the seams are in it.
    for place in ("one", "two"):
        assert run(tmp_path / place, "--people", "120000", "--holdout", "geo").exit_code == 0
    assert run(tmp_path / "other", "--holdout", "geo", "--seed", "8").exit_code == 0

    assert {file.name for file in (tmp_path / "one").iterdir()} == FILES
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    assert (tmp_path / "one" / "panel.csv").read_bytes() != (tmp_path / "other" / "panel.csv").read_bytes()


def test_files_hold_what_memory_holds(tmp_path):
    run(tmp_path, "--holdout", "switchback")

    outcome = simulate("B", 20_000, 60, 7, holdout="switchback")

    assert pq.read_table(tmp_path / "orders.parquet").equals(outcome.orders)
    assert pq.read_table(tmp_path / "touches.parquet").equals(outcome.touches)
    assert json.loads((tmp_path / "truth.json").read_text()) == json.loads(json.dumps(outcome.truth))


def test_the_header_of_the_panel_is_what_lift_reads(tmp_path):
    run(tmp_path, "--holdout", "switchback")

    first = (tmp_path / "panel.csv").read_text().splitlines()[0].replace('"', "").split(",")

    assert first == ["unit", "time", "outcome", "treated", "pre", "block"]


@pytest.mark.parametrize(
    "options", [("--currency", "dollars"), ("--days", "20", "--holdout", "switchback"), ("--people", "3")]
)
def test_a_wrong_wish_is_refused_with_status_2(tmp_path, options):
    result = run(tmp_path / "none", *options)

    assert result.exit_code == 2
    assert not (tmp_path / "none").exists()


def test_without_posts_both_lives_are_one():
    nobody = np.zeros((4, 60), dtype=np.bool_)

    outcome = simulate("A", 20_000, 60, seed=5, posted=nobody)

    assert (outcome.tally.on_minor == outcome.tally.off_minor).all()
    assert outcome.truth["net_lift_minor"] == outcome.truth["evidence_revenue_minor"] == 0


def test_before_the_test_both_lives_are_one(shop):
    before = slice(None, shop.setting.pre_days)

    assert (shop.tally.on_minor[:, before] == shop.tally.off_minor[:, before]).all()


@pytest.mark.parametrize("regime", "ABCD")
def test_each_regime_has_the_lift_it_is_known_for(regime):
    lifts = [simulate(regime, PEOPLE, seed=seed, holdout="geo").truth["relative_lift"] for seed in range(4)]

    assert np.mean(lifts) == pytest.approx(TRUE_LIFT[regime], rel=0.06, abs=0.004)


def test_link_or_code_shows_twice_the_truth_in_a_and_far_more_in_b(shop):
    truths = [simulate("B", PEOPLE, seed=seed, holdout="geo").truth for seed in range(4)]

    shown = shop.truth["evidence_revenue_minor"] / shop.truth["net_lift_minor"]
    shown_in_b = sum(t["evidence_revenue_minor"] for t in truths) / sum(t["net_lift_minor"] for t in truths)
    assert shown == pytest.approx(1.85, rel=0.12)
    assert 20 < shown_in_b < 60


def test_the_panel_is_made_of_the_orders(shop):
    orders, abroad = shop.orders, pc.equal(shop.orders["country"], "abroad")
    at_home = orders.filter(pc.invert(abroad))

    assert shop.panel.outcome.sum() * 100 == pytest.approx(pc.sum(at_home["revenue_minor"]).as_py())
    one = orders.filter(pc.equal(orders["country"], "geo-05"))
    assert shop.panel.outcome[4].sum() * 100 == pytest.approx(pc.sum(one["revenue_minor"]).as_py())


def test_measuring_takes_the_tables_and_finds_the_evidence_that_is_there(shop):
    with connect(threads=1) as connection:
        graded = evidence.grade(connection, touches=shop.touches, orders=shop.orders)

    shown = graded.summary.revenue_minor("USD", "ABCD")
    assert graded.report.n_rejected == 0
    assert shown == pytest.approx(shop.truth["evidence_revenue_minor"], rel=0.005)
    assert all(graded.summary.n_orders("USD", (grade,)) > 0 for grade in GRADES)


def test_every_nuisance_is_there(shop):
    orders, touches, truth = shop.orders, shop.touches, shop.truth

    assert all(cause["orders"] > 0 for cause in truth["by_cause"].values())
    assert truth["leaks"]
    assert pc.sum(pc.equal(orders["country"], "abroad")).as_py() > 0
    assert pc.max(pc.fill_null(pc.match_substring(orders["referrer_host"], "coupons"), False)).as_py()
    assert set(touches["class"].unique().to_pylist()) == {"human", "bot", "preview", "prefetch", "head"}
    assert {"shared", "single", None} == set(touches["code_kind"].unique().to_pylist())
    lost = pc.sum(pc.greater(touches["customer_id"], 10**12)).as_py()
    assert lost > 0.1 * touches.num_rows
    assert 0 < abs(truth["held_out_lift"]) < 0.01
    late = shop.truth_orders.filter(pc.greater(shop.truth_orders["refund_minor"], 0))
    assert 0 < shop.refunds.num_rows < late.num_rows


def test_a_pulled_forward_order_is_missing_later(shop):
    """Both lives hold the same organic wishes: what is early in one is late in the other, and nothing more."""
    pulled = shop.truth["by_cause"]["pulled_forward"]["orders"]
    induced = sum(shop.truth["by_cause"][cause]["orders"] for cause in ("induced", "view_through"))

    assert 0.3 < pulled / (pulled + induced) < 0.45
    moved = shop.truth_orders.filter(pc.equal(shop.truth_orders["cause"], "pulled_forward"))
    assert pc.all(moved["would_have_bought"]).as_py()


def test_the_desk_decides_which_branch_posts_when():
    markets, days = 6, 60
    posted = np.zeros((markets, days), dtype=np.bool_)
    posted[:3, ::4] = True

    outcome = simulate("A", 30_000, days, seed=4, posted=posted, reach=np.eye(markets, dtype=np.bool_))

    lift = {name: row["net_lift_minor"] for name, row in outcome.truth["by_geo"].items()}
    assert all(lift[f"geo-0{number}"] > 1_000_000 for number in (1, 2, 3))
    assert all(abs(lift[f"geo-0{number}"]) < 300_000 for number in (4, 5, 6))
    seen = outcome.touches.filter(pc.equal(outcome.touches["kind"], "code"))["branch_id"].unique().to_pylist()
    assert set(seen) == {1, 2, 3}


def test_the_pair_has_equal_evidence_and_opposite_profit():
    earns, loses = (each.outcome.truth for each in make_pair())

    assert earns["evidence_revenue_minor"] == pytest.approx(320_000_000, rel=0.005)
    assert loses["evidence_revenue_minor"] == pytest.approx(earns["evidence_revenue_minor"], rel=0.005)
    assert earns["costs_minor"] == pytest.approx(loses["costs_minor"], rel=1e-4)
    assert 10_000_000 < earns["net_contribution_minor"] < 14_000_000
    assert -7_500_000 < loses["net_contribution_minor"] < -4_000_000
