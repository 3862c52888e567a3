"""The PDF: two pages in any currency, with any title, tested or not; and the same bytes for the same claim."""

import copy
from dataclasses import replace

import pytest

from livingroom.measure import claims
from livingroom.measure.claims.pdf import to_pictures
from livingroom.measure.claims.picture import picture
from livingroom.measure.claims.presentation import view
from livingroom.measure.claims.words import rounded
from tests.measure.claims.scene import TERMS, TESTED, made, plain, with_a_test
from tests.measure.tables import order, order_table

LONG = "What the accounts of all countries and divisions earned together in the first summer of the programme, after refunds"


def changed(claim, **facts):
    """The claim as if it had been made with another title or lift; only what is printed of it matters here."""
    document = copy.deepcopy(dict(claim.document))
    document["title"] = facts.get("title", document["title"])
    document["terms"]["notes"] = facts.get("notes", [])
    for number in range(facts.get("n_branches", 0)):
        row = {"branch": str(number), "alone_minor": 1, "together_minor": 1, "without_minor": 1}
        document["figures"]["overlap"]["branches"].append(row)
        document["figures"]["overlap"]["channels"] = []
    if "lift" in facts:
        document["figures"]["net_lift_minor"] = {**document["figures"]["net_lift_minor"], **facts["lift"]}
    return claims.Claim(document)


@pytest.mark.parametrize(
    "claim",
    [
        plain,
        with_a_test,
        lambda: changed(plain(), title=LONG, n_branches=12),
        lambda: changed(plain(), title="ソーシャル 2009年6月", notes=["One note."]),
        lambda: changed(with_a_test(), lift={"low": -900_00, "value": -500_00, "high": -100_00}),
        lambda: changed(with_a_test(), lift={"low": 2_000_00, "value": 3_000_00, "high": 9_000_00}),
    ],
    ids=["untested", "tested", "long title", "japanese", "a loss", "beyond the evidence"],
)
def test_it_fits_on_two_pages(claim):
    printed = claim()

    assert len(to_pictures(printed, ppi=20)) == 2
    assert claims.to_pdf(printed).startswith(b"%PDF-")


def test_a_currency_without_cents_has_none(tmp_path):
    rows = [order("1", "eva", 1_243_857_600_000_000, 123_456, said_channel="Twitter", currency="JPY")]
    claim = made(tmp_path, terms=replace(TERMS, currency="JPY"), orders=order_table(rows), costs=None)

    assert view(claim.document)["grades"][4]["amount"] == "123,456"
    assert "123 K JPY" in claim.document["statement"]
    assert len(to_pictures(claim, ppi=20)) == 2


def test_the_same_claim_gives_the_same_bytes():
    claim = plain()

    assert claims.to_pdf(claim) == claims.to_pdf(claim)


def test_the_picture_keeps_evidence_and_lift_on_one_axis(tmp_path):
    figures = made(tmp_path, lifts=({**TESTED, "low": -0.2, "value": 0.0, "high": 0.2},)).figures

    drawn = picture(figures, "USD")

    assert drawn["lift"]["low"] == 0
    assert drawn["zero"] == pytest.approx(drawn["segments"][0]["from"])
    assert drawn["ceiling"]["at"] == pytest.approx(1)
    assert drawn["lift"]["low"] < drawn["lift"]["value"] < drawn["lift"]["high"] < 1
    assert drawn["lift"]["value"] == pytest.approx(drawn["zero"])


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (654_636_566, "USD", "6.55 M USD"),
        (-56_000_00, "EUR", "−56 K EUR"),
        (99_990, "USD", "1 K USD"),
        (999, "USD", "10 USD"),
        (12_345, "JPY", "12.3 K JPY"),
        (0, "USD", "0 USD"),
    ],
)
def test_money_is_written_at_a_glance(minor, currency, written):
    assert rounded(minor, currency) == written
