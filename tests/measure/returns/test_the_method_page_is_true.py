"""The worked examples of docs/methods/return.md and docs/methods/claim.md, calculated."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from livingroom.measure import claims
from livingroom.measure.engine import connect
from livingroom.measure.estimate import Estimate
from livingroom.measure.returns import ReturnInputs, contribution

METHODS = Path(__file__).parents[3] / "docs" / "methods"


def stated(label):
    """The figure of one line of the table, as a number."""
    line = next(
        line for line in (METHODS / "return.md").read_text().splitlines() if line.startswith(f"| {label}")
    )
    text = line.rsplit("|", 2)[1].strip(" *").replace("−", "-").replace(",", "")
    return float(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)


def test_the_famous_programme():
    found = contribution(ReturnInputs("USD", 650_000_000, 0.175, costs={"staff": 100_000_000}), 7)

    assert f"**{found.break_even.value:.1%}**".replace("%", " %") in (METHODS / "return.md").read_text()


def test_the_small_programme():
    lift = Estimate(700_00.0, 700_00 - 1e-3, 700_00 + 1e-3, 0.95, 40, "geo")
    inputs = ReturnInputs("USD", 1_500_00, 0.4, lift, 100_00, {"cost": 120_00})

    found = contribution(inputs, 7)

    parts = {part.name: part.amount.value / 100 for part in found.parts}
    assert found.incrementality.value == pytest.approx(stated("incrementality"))
    for name in (
        "revenue of orders that were added",
        "cost of their goods",
        "discount on orders that would have come anyway",
        "cost",
    ):
        assert parts[name] == pytest.approx(stated(f"{name} |"), abs=0.01)
    assert found.contribution.value / 100 == pytest.approx(stated("**contribution**"), abs=0.01)
    assert found.return_on_cost.value == pytest.approx(stated("return on cost"), abs=0.005)
    assert found.break_even.value == pytest.approx(stated("break-even"), abs=0.0005)
    assert found.break_even_after_discounts.value == pytest.approx(stated("with discounts"), abs=0.0005)


def test_the_claim_of_the_nine_orders(tmp_path):
    for name, text in re.findall(
        r"^```csv (\w+)\n(.*?)^```$", (METHODS / "evidence.md").read_text(), re.MULTILINE | re.DOTALL
    ):
        (tmp_path / f"{name}.csv").write_text(text)
    (tmp_path / "costs.csv").write_text(
        "on,kind,amount,currency\n2009-06-01,staff,100,USD\n2009-06-02,tools,20,USD\n"
    )
    page = (METHODS / "claim.md").read_text()

    with connect(threads=1) as connection:
        claim = claims.build(
            connection,
            inputs=claims.ClaimInputs(
                tmp_path / "touches.csv", tmp_path / "orders.csv", tmp_path / "costs.csv"
            ),
            terms=claims.Terms("June", "USD", date(2009, 6, 1), date(2009, 6, 30), margin=0.175),
            folder=tmp_path / "frozen",
            now=datetime(2009, 7, 1, tzinfo=UTC),
        )

    assert f"{claim.floor_minor / 100:,.2f}, ceiling {claim.ceiling_minor / 100:,.2f}" in " ".join(
        page.split()
    )
    assert f"**{claim.figures['return']['break_even']['value']:.1%}**".replace("%", " %") in page
    low, high = claim.net_lift_range
    assert f"from {low / 100:,.2f} (no discount is known) to {high / 100:,.2f} USD" in " ".join(page.split())
