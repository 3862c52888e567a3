"""Anyone can recompute a claim; whatever was changed since is named."""

import json

import pyarrow.parquet as pq
import pytest

from livingroom.measure import claims
from livingroom.measure.problems import InputError
from tests.measure.claims.scene import TESTED, costs, made, orders, saved, touches, verified


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter(tmp_path):
    one = made(tmp_path / "a", place="p", lifts=(TESTED,))
    turned = {
        "touches": touches().take([6, 5, 4, 3, 2, 1, 0]),
        "orders": orders().take([3, 1, 0, 2, 6, 5, 4]),
    }
    two = made(tmp_path / "b", place="p", threads=2, lifts=(TESTED,), **turned)

    assert one.digest == two.digest


def test_another_amount_gives_another_digest(tmp_path):
    one, two = made(tmp_path / "a"), made(tmp_path / "b", orders=orders(o6={"revenue_minor": 600_01}))

    assert one.document["inputs"]["digest"] != two.document["inputs"]["digest"]
    assert one.document["inputs"]["tables"]["touches"] == two.document["inputs"]["tables"]["touches"]


def test_a_claim_is_the_same_again(tmp_path):
    _, path = saved(tmp_path, lifts=(TESTED,))

    assert verified(path).is_same


def test_its_pdf_is_the_same_again(tmp_path):
    claim, path = saved(tmp_path, lifts=(TESTED,))
    claims.write_pdf(claim, tmp_path / "claim.pdf")
    path.unlink()

    assert verified(tmp_path / "claim.pdf").is_same
    assert claims.load_claim(tmp_path / "claim.pdf").digest == claim.digest


def test_a_lake_keeps_its_inputs(tmp_path):
    claim = made(tmp_path / "lake" / "claims" / "june" / "v1", place="claims/june/v1")
    path = tmp_path / "elsewhere.json"
    claims.write_json(claim, path)

    assert verified(path, lake=tmp_path / "lake").is_same
    with pytest.raises(InputError, match="--lake"):
        verified(path)


def test_a_changed_figure_breaks_the_documents_digest_and_is_named(tmp_path):
    _, path = saved(tmp_path)
    document = json.loads(path.read_text())
    document["figures"]["grades"]["A"]["revenue_minor"] = 900_000_00
    path.write_text(json.dumps(document))

    verdict = verified(path)

    assert not verdict.is_same
    assert "document's own digest" in verdict.broken[0]
    assert [str(one) for one in verdict.figures] == [
        "figures.grades.A.revenue_minor: was 90,000,000, is 10,000"
    ]


def test_a_forger_who_renews_the_digest_is_caught_by_the_figures(tmp_path):
    from livingroom.measure.claims.digests import document_digest

    _, path = saved(tmp_path)
    document = json.loads(path.read_text())
    document["figures"]["ceiling"]["revenue_minor"] += 1
    document["digest"] = document_digest(document)
    path.write_text(json.dumps(document))

    verdict = verified(path)

    assert not verdict.is_same
    assert not verdict.broken
    assert verdict.figures[0].figure == "figures.ceiling.revenue_minor"


def test_changed_inputs_are_named_by_table(tmp_path):
    _, path = saved(tmp_path)
    frozen = tmp_path / "claim.inputs" / "orders.parquet"
    pq.write_table(pq.read_table(frozen).slice(1), frozen)

    verdict = verified(path)

    assert not verdict.is_same
    assert any(
        text.startswith("orders: the digest does not fit") and "7 rows; 6 rows" in text
        for text in verdict.broken
    )


def test_a_table_that_is_gone_is_named(tmp_path):
    _, path = saved(tmp_path)
    (tmp_path / "claim.inputs" / "costs.parquet").unlink()

    with pytest.raises(Exception, match="costs"):
        verified(path)


def test_later_refunds_do_not_change_a_claim(tmp_path):
    _, path = saved(tmp_path)
    refunded = orders(o3={"revenue_minor": 0})
    now = claims.ClaimInputs(touches(), refunded, costs())

    frozen, compared = verified(path), verified(path, current=now)

    assert frozen.is_same
    assert not compared.is_same
    assert [str(change) for change in compared.tables] == ["orders: 1 order worth less (−300 USD), such as 3"]
    assert any(
        one.figure == "figures.grades.C.revenue_minor" and one.was == 500_00 and one.now == 200_00
        for one in compared.figures
    )


def test_new_and_missing_rows_are_counted(tmp_path):
    _, path = saved(tmp_path)
    fewer = claims.ClaimInputs(touches().slice(0, 6), orders(o6={"order_id": "66"}), costs().slice(1))

    changes = [str(change) for change in verified(path, current=fewer).tables]

    assert changes == [
        "orders: 1 order fewer (−600 USD), such as 6; 1 order more (+600 USD), such as 66",
        "touches: 1 touch fewer, such as c6",
        "costs: 1 row fewer (−50 USD)",
    ]


def test_a_place_that_leads_out_of_the_lake_is_not_followed(tmp_path):
    claim, path = saved(tmp_path)
    outside = tmp_path / "outside"
    (tmp_path / "claim.inputs").rename(outside)
    document = {**claim.document, "place": "../outside"}
    path.write_text(json.dumps(document))

    with pytest.raises(InputError, match="not beside it"):
        verified(path)


@pytest.mark.parametrize(
    "content", [b"hello", b"{}", b"%PDF-1.7 nothing", b'{"kind": "livingroom claim", "format": 99}']
)
def test_what_is_no_claim_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "claim.json"
    path.write_bytes(content)

    with pytest.raises(InputError):
        claims.load_claim(path)


def test_a_frozen_panel_is_analysed_again(tmp_path):
    from livingroom.measure.claims.panels import PanelFile

    lines = ["unit,time,outcome,treated"]
    for unit in range(20):
        for number in range(30):
            treated = unit % 2 == 0 and number >= 15
            lines.append(
                f"u{unit},2009-06-{number + 1:02d},{100 + 3 * unit + (number * 7 + unit * 5) % 11 + 20 * treated},{int(treated)}"
            )
    panel = tmp_path / "panel.csv"
    panel.write_text("\n".join(lines) + "\n")

    claim, path = saved(tmp_path, panels=(PanelFile(panel, "geo"),))

    assert claim.figures["lifts"][0]["relative"]["value"] == pytest.approx(20 / 134, abs=0.04)
    assert verified(path).is_same
    frozen = tmp_path / "claim.inputs" / "panel_1.csv"
    frozen.write_text(
        frozen.read_text()
        .replace("u0,2009-06-20", "u0,2009-06-20 ", 1)
        .replace("u1,2009-06-20,", "u1,2009-06-20,9")
    )
    assert any("panel_1.csv" in text for text in verified(path).broken)
