"""The share of negatives is corrected by an audit, says how sure it is, and draws no arrow inside the noise."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from livingroom.measure.commands.prevalence import prevalence_command
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.prevalence import Audit, compare, prevalence

PAGE = (Path(__file__).parents[3] / "docs" / "methods" / "prevalence.md").read_text()
OWN, OTHERS = [0.9, 0.7, 0.8, 0.6] * 5, [0.1, 0.3, 0.2, 0.2] * 5
PAGE_AUDIT = Audit(np.array(OWN + OTHERS), np.array([True] * 20 + [False] * 20))
SHARE = st.floats(0, 1).map(lambda share: round(share, 3))


def draw(random, n, share):
    truth = random.random(n) < share
    return np.where(truth, random.beta(3, 3, n), random.beta(2, 5, n)), truth


def estimate(value, low, high):
    return Estimate(float(value), float(low), float(high), 0.95, 200, "PACC")


def test_the_page_is_true():
    found = prevalence(np.array([0.2, 0.2, 0.8] * 100), PAGE_AUDIT)

    assert isinstance(found.corrected, Estimate)
    assert f"= **{found.corrected.value:.1%}**".replace("%", " %") in PAGE
    assert f"counting says {found.counted:.1%}".replace("%", " %") in PAGE
    block = re.search(r"^```csv change\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert block
    rows = list(csv.DictReader(io.StringIO(block[1])))
    assert len(rows) == 3
    for row in rows:
        months = [
            estimate(*(row[f"{time}{end}"] for end in ("", "_low", "_high"))) for time in ("before", "after")
        ]
        change = compare(*months)
        assert isinstance(change.difference, Estimate)
        assert [change.difference.low, change.difference.high] == pytest.approx(
            [float(row["low"]), float(row["high"])], abs=1e-6
        )
        assert change.direction == row["direction"]


@pytest.mark.parametrize(("share", "audited_share"), [(0.4, 0.2), (0.1, 0.35)])
def test_the_interval_holds_the_true_share_whatever_the_audits_mix(share, audited_share):
    random = np.random.default_rng(9)
    held = 0
    for seed in range(80):
        found = prevalence(draw(random, 400, share)[0], Audit(*draw(random, 200, audited_share)), seed=seed)
        assert isinstance(found.corrected, Estimate)
        held += found.corrected.low <= share <= found.corrected.high

    assert 0.88 <= held / 80 <= 0.99


def test_correcting_beats_counting_where_the_mix_has_changed():
    random = np.random.default_rng(10)
    counted, corrected = [], []
    for seed in range(40):
        found = prevalence(draw(random, 400, 0.45)[0], Audit(*draw(random, 200, 0.2)), seed=seed)
        assert isinstance(found.corrected, Estimate)
        counted.append(abs(found.counted - 0.45))
        corrected.append(abs(found.corrected.value - 0.45))

    assert np.mean(corrected) < 0.7 * np.mean(counted)


def test_an_audit_of_these_very_messages_is_sharper_and_holds_the_truth():
    random = np.random.default_rng(11)
    held, widths = 0, []
    for seed in range(80):
        scores, truth = draw(random, 2000, 0.25)
        chosen = random.choice(2000, 200, replace=False)
        found = prevalence(scores, Audit(scores[chosen], truth[chosen], is_random_part=True), seed=seed)
        assert isinstance(found.best, Estimate)
        assert isinstance(found.corrected, Estimate)
        assert found.best.method == "assisted"
        held += found.best.low <= 0.25 <= found.best.high
        widths.append((found.best.high - found.best.low) / (found.corrected.high - found.corrected.low))

    assert 0.9 <= held / 80 <= 0.99
    assert np.mean(widths) < 0.6


@pytest.mark.parametrize(
    ("scores", "verdicts", "words"),
    [
        ([0.9] * 9 + [0.1] * 50, [True] * 9 + [False] * 50, "9 of the class"),
        ([0.5] * 60, [True] * 20 + [False] * 40, "hardly tell"),
        ([0.2] * 20 + [0.8] * 40, [True] * 20 + [False] * 40, "hardly tell"),
        ([], [], "0 of the class and 0 others"),
    ],
)
def test_what_an_audit_cannot_say_is_not_told(scores, verdicts, words):
    found = prevalence(np.array([0.3, 0.6]), Audit(np.array(scores, float), np.array(verdicts, bool)))

    assert isinstance(found.best, NotEnoughData)
    assert words in found.best.reason
    assert compare(found.best, estimate(0.2, 0.1, 0.3)).direction == "can't tell"


@given(st.tuples(SHARE, SHARE, SHARE), st.tuples(SHARE, SHARE, SHARE))
def test_an_arrow_turns_with_time_and_never_stands_in_the_noise(one, other):
    first, second = (estimate(*np.sort(ends)[[1, 0, 2]]) for ends in (one, other))
    there, back = compare(first, second), compare(second, first)
    turned = {"risen": "fallen", "fallen": "risen", "can't tell": "can't tell"}

    assert back.direction == turned[there.direction]
    if first.low <= second.value <= first.high and second.low <= first.value <= second.high:
        assert there.direction == "can't tell"


def test_the_same_seed_says_the_same():
    scores = draw(np.random.default_rng(1), 5000, 0.3)[0]

    assert prevalence(scores, PAGE_AUDIT, seed=5) == prevalence(scores, PAGE_AUDIT, seed=5)


def test_the_command_takes_ids_or_scores_and_names_bad_rows(tmp_path):
    scores = [0.2, 0.2, 0.8] * 100
    (tmp_path / "scored.csv").write_text(
        "id,score\n" + "".join(f"m{n},{p}\n" for n, p in enumerate(scores)) + "x,1.5\n"
    )
    by_id = "".join(f"m{n},{'negative' if n % 3 == 2 else 'other'}\n" for n in range(60)) + "nobody,other\n"
    (tmp_path / "audit.csv").write_text("id,label\n" + by_id)
    options = [
        "--in",
        str(tmp_path / "scored.csv"),
        "--audit",
        str(tmp_path / "audit.csv"),
        "--positive",
        "negative",
    ]

    run = CliRunner().invoke(prevalence_command, [*options, "--random-part", "--json"])
    shown = CliRunner().invoke(prevalence_command, [*options, "--before", str(tmp_path / "scored.csv")])

    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert (answer["n"], answer["n_audited"]) == (300, 60)
    assert answer["share"]["method"] == "assisted"
    assert answer["corrected"]["value"] == pytest.approx(1 / 3)
    assert [problem["n_rows"] for problem in answer["rejected"]] == [1, 1]
    assert "can't tell" in shown.stdout
    assert "nobody" in shown.stderr


@pytest.mark.parametrize("audit", ["", "label\nyes\n", "score,label\nmuch,yes\n"])
def test_a_file_that_cannot_be_used_is_refused(tmp_path, audit):
    (tmp_path / "scored.csv").write_text("score\n0.5\n")
    (tmp_path / "audit.csv").write_text(audit)

    run = CliRunner().invoke(
        prevalence_command, ["--in", str(tmp_path / "scored.csv"), "--audit", str(tmp_path / "audit.csv")]
    )

    assert run.exit_code == 2
    assert "audit" in run.stderr
