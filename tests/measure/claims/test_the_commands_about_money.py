"""`livingroom measure return` and `livingroom measure claim`, as people call them."""

import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure
from tests.measure.claims.scene import TESTED, orders, touches


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pq.write_table(touches(), tmp_path / "touches.parquet")
    pq.write_table(orders(), tmp_path / "orders.parquet")
    (tmp_path / "costs.csv").write_text(
        "on,kind,amount,currency\n2009-06-05,staff,50.00,USD\n2009-06-20,tools,10.00,USD\n"
    )
    (tmp_path / "lift.json").write_text(json.dumps(TESTED))
    return tmp_path


TABLES = (
    "--touches",
    "touches.parquet",
    "--orders",
    "orders.parquet",
    "--costs",
    "costs.csv",
    "--margin",
    "0.2",
)


def run(*words):
    return CliRunner().invoke(measure, [str(word) for word in words])


def test_the_famous_claim_on_one_line():
    answer = run("return", "--evidence-revenue", 6_500_000, "--cost", 1_000_000, "--margin", 0.175)

    assert answer.exit_code == 0
    assert "87.9%" in answer.output


def test_a_return_from_files(files):
    answer = run("return", *TABLES, "--lift", "lift.json", "--by", "month", "--json")

    told = json.loads(answer.output)
    assert told["ceiling"]["revenue_minor"] == 1500_00
    assert told["break_even"]["value"] == pytest.approx(60 / 300)
    assert [month["month"] for month in told["months"]] == ["2009-06"]
    assert (
        told["contribution_minor"]["low"]
        <= told["contribution_minor"]["value"]
        <= told["contribution_minor"]["high"]
    )
    shown = run("return", *TABLES, "--lift", "lift.json", "--by", "month")
    assert "discount on orders that would have" in shown.output


def test_a_return_from_grades(files):
    graded = run(
        "evidence", "--touches", "touches.parquet", "--orders", "orders.parquet", "--out", "evidence.parquet"
    )
    assert graded.exit_code == 0, graded.output

    answer = run(
        "return",
        "--orders",
        "orders.parquet",
        "--evidence",
        "evidence.parquet",
        "--costs",
        "costs.csv",
        "--json",
    )

    told = json.loads(answer.output)
    assert told["ceiling"]["revenue_minor"] == 1500_00
    assert told["margin"] == pytest.approx(0.2)


def test_a_claim_is_made_verified_and_told_apart_from_a_forgery(files):
    made = run(
        "claim",
        *TABLES,
        "--lift",
        "lift.json",
        "--title",
        "June",
        "--out",
        "claim.json",
        "--pdf",
        "claim.pdf",
    )
    assert made.exit_code == 0, made.output
    assert "touched orders worth 100 USD to 1.5 K USD" in made.output

    for file in ("claim.json", "claim.pdf"):
        same = run("claim", "--verify", file)
        assert (same.exit_code, same.output.strip()) == (0, "same")
    path = files / "claim.json"
    path.write_text(path.read_text().replace('"title": "June"', '"title": "July"'))

    forged = run("claim", "--verify", "claim.json")

    assert forged.exit_code == 1
    assert "document's own digest does not fit" in forged.output


def test_later_refunds_are_named_figure_by_figure(files):
    run("claim", *TABLES, "--out", "claim.json")
    pq.write_table(orders(o3={"revenue_minor": 0}), files / "orders.parquet")

    assert run("claim", "--verify", "claim.json").output.strip() == "same"
    now = run("claim", "--verify", "claim.json", *TABLES[:6])

    assert now.exit_code == 1
    assert "1 order worth less (−300 USD)" in now.output
    assert "figures.ceiling.revenue_minor: was 150,000, is 120,000" in now.output
    told = json.loads(run("claim", "--verify", "claim.json", *TABLES[:6], "--json").output)
    assert told["same"] is False


def test_files_of_text_work_too(files):
    import pyarrow.csv as pa_csv

    pa_csv.write_csv(touches(), files / "touches.csv")
    pa_csv.write_csv(orders(), files / "orders.csv")

    made = run("claim", "--touches", "touches.csv", "--orders", "orders.csv", "--out", "claim.json", "--json")

    assert json.loads(made.output)["figures"]["ceiling"]["revenue_minor"] == 1500_00
    assert run("claim", "--verify", "claim.json").output.strip() == "same"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("claim",), "Give --touches and --orders"),
        (("claim", "--touches", "touches.parquet"), "given together"),
        (("claim", *TABLES), "Name the file of the claim"),
        (("claim", *TABLES, "--out", "claim.txt"), "must be named .json"),
        (("claim", *TABLES, "--out", "nowhere/claim.json"), "There is no folder"),
        (("claim", *TABLES, "--out", "claim.json", "--margin", "much"), "Write 0.175 or 0.15..0.2"),
        (("claim", *TABLES, "--out", "claim.json", "--from", "June"), "Write 2009-06-30 or 2009-06"),
        (
            ("claim", *TABLES, "--out", "claim.json", "--from", "2010-01", "--to", "2009-01"),
            "before it begins",
        ),
        (("claim", *TABLES, "--out", "claim.json", "--lift", "costs.csv"), "is no JSON"),
        (("claim", *TABLES, "--out", "claim.json", "--panel", "p.csv"), "needs its --design"),
        (
            ("claim", *TABLES[:2], "--orders", "none.parquet", "--out", "claim.json"),
            "there is no file none.parquet",
        ),
        (("claim", "--verify", "costs.csv"), "holds no claim"),
        (("claim", "--verify", "none.json"), "There is no file none.json"),
        (("return",), "Give --orders with --touches or --evidence"),
        (("return", "--evidence-revenue", "5"), "also give --cost and --margin"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(files, words, said):
    before = sorted(path.name for path in files.iterdir())

    answer = run(*words)

    assert answer.exit_code == 2
    assert said in " ".join(answer.output.split())
    assert sorted(path.name for path in files.iterdir()) == before


def test_a_claim_that_cannot_be_made_leaves_the_old_one(files):
    run("claim", *TABLES, "--out", "claim.json")
    (files / "costs.csv").write_text("on,kind,amount\nsoon,staff,5\n")

    assert run("claim", *TABLES, "--out", "claim.json").exit_code == 2

    assert run("claim", "--verify", "claim.json").output.strip() == "same"
