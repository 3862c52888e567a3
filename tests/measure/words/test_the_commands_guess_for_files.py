import csv
import gzip
import json

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure

COMMENTS = (
    "id,content,label\n"
    '7,"Check out my channel, subscribe please http://a.example/x",1\n'
    '8,"I love this song,\nit is great",0\n'
    "9,,0\n"
)


def run(*words):
    return CliRunner().invoke(measure, [str(word) for word in words])


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def comments(tmp_path):
    path = tmp_path / "comments.csv"
    path.write_text(COMMENTS, encoding="utf-8")
    return path


def test_spam_keeps_order_and_other_columns_and_says_which_text_it_read(comments, tmp_path):
    out = tmp_path / "judged.csv"

    done = run("spam", "--in", comments, "--words-only", "--out", out, "--label-column", "label")

    assert done.exit_code == 0
    assert "text column: content" in done.stderr
    assert "good hidden: 0 of 2" in done.stderr
    rows = rows_of(out)
    assert list(rows[0]) == ["id", "content", "label", "row", "score", "verdict", "reason"]
    assert [(row["row"], row["id"]) for row in rows] == [("1", "7"), ("2", "8"), ("3", "9")]
    assert rows[1]["content"] == "I love this song,\nit is great"
    assert float(rows[0]["score"]) > 0.9 > 0.5 > float(rows[1]["score"])
    assert [row["verdict"] for row in rows] == ["hide", "show", "show"]


def test_languages_come_as_rows_on_standard_output(tmp_path):
    path = tmp_path / "said.tsv"
    path.write_text(
        "language\ttext\nde\tWo ist meine Bestellung?\nen\tWhere is my order?\n", encoding="utf-8"
    )

    done = run("language", "--in", path, "--languages", "en,de", "--label-column", "language")

    assert done.exit_code == 0
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [(row["language"], row["guessed_language"]) for row in rows] == [("de", "de"), ("en", "en")]
    assert "accuracy: 1.0" in done.stderr


def test_plain_lines_and_json_do_too(tmp_path):
    path = tmp_path / "said.txt"
    path.write_text("I hate this\nI love this, thank you\n", encoding="utf-8")

    done = run("sentiment", "--in", path, "--words-only", "--json")

    said = json.loads(done.stdout)
    assert [row["sentiment"] for row in said["rows"]] == ["negative", "positive"]
    assert said["rows"][0]["negative"] > 0.5
    assert (said["n"], said["n_bad"], said["note"]) == (2, 0, "Judged by words alone.")


def test_topics_are_learned_from_files_and_parquet_goes_in_and_out(tmp_path):
    examples, asked, out = tmp_path / "examples.csv", tmp_path / "asked.parquet", tmp_path / "sorted.parquet"
    examples.write_text("text,category\nmy parcel is late,post\nparcel lost,post\nscreen broken,repair\n")
    pyarrow.parquet.write_table(
        pa.table({"n": [1, 2], "text": ["where is the parcel", "the screen is dead"]}), asked
    )

    done = run("topics", "--train", examples, "--in", asked, "--words-only", "--out", out)

    assert done.exit_code == 0
    rows = pyarrow.parquet.read_table(out).to_pylist()
    assert [(row["n"], row["label"]) for row in rows] == [(1, "post"), (2, "repair")]
    assert rows[0]["top_3"].startswith("post ")


def test_a_bad_row_is_named_and_judged_as_far_as_it_goes(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("id,text\n1,hello there, you\n2\n3,bye\n", encoding="utf-8")

    lenient = run("spam", "--in", path, "--words-only", "--json")
    strict = run("spam", "--in", path, "--words-only", "--strict", "--out", tmp_path / "out.csv")

    said = json.loads(lenient.stdout)
    assert [(row["row"], row["id"], row["text"]) for row in said["rows"]] == [
        (1, "1", "hello there, you"),
        (2, "2", ""),
        (3, "3", "bye"),
    ]
    assert (said["n"], said["n_bad"]) == (3, 2)
    assert "line 3: 1 fields where 2 are due" in said["bad"][1]
    assert strict.exit_code == 2
    assert not (tmp_path / "out.csv").exists()


SAID = ["Grüße, Köln &amp; mehr", "these are the\ntwo lines"]


@pytest.mark.parametrize(
    "written",
    [
        'comment\n"Grüße, Köln &amp; mehr"\n"these are the\ntwo lines"\n'.encode("utf-8-sig"),
        'ID;Tweet\r\n1;"Grüße, Köln &amp; mehr"\r\n2;"these are the\ntwo lines"\r\n'.encode(),
        'id\tfull_text\tcomment_id\n1\tGrüße, Köln &amp; mehr\t7\n2\t"these are the\ntwo lines"\t8\n'.encode(
            "utf-16"
        ),
        'CONTENT,CLASS\n"Grüße, Köln &amp; mehr",0\n"these are the\ntwo lines",1\n'.encode("latin-1"),
        'anything\n"Grüße, Köln &amp; mehr"\n"these are the\ntwo lines"\n'.encode(),
        gzip.compress('date,message\n,"Grüße, Köln &amp; mehr"\n,"these are the\ntwo lines"\n'.encode()),
    ],
    ids=["mark", "semicolons", "utf-16 tabs", "latin-1", "one column", "gzip"],
)
def test_files_are_read_as_strangers_write_them(written, tmp_path):
    path, out = tmp_path / "said.csv", tmp_path / "out.csv"
    path.write_bytes(written)

    done = run("language", "--in", path, "--languages", "de,en", "--out", out)

    assert done.exit_code == 0, done.stderr
    rows = rows_of(out)
    column = next(line for line in done.stderr.splitlines() if line.startswith("text column")).split(": ")[1]
    assert [row[column] for row in rows] == SAID
    assert [row["language"] for row in rows] == ["de", "en"]
    assert ("Windows-1252" in done.stderr) == (b"K\xf6ln" in written)


def test_standard_input_is_a_file_too():
    done = CliRunner().invoke(measure, ["language", "--in", "-", "--json"], input="text\nWo ist es?\n")

    assert [row["language"] for row in json.loads(done.stdout)["rows"]] == ["de"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["spam", "--in", "{}/none.csv"], "there is no file"),
        (["spam", "--in", "{}/numbers.csv"], "Name it with --text-column"),
        (["spam", "--in", "{}/empty.csv"], "it has no rows"),
        (["spam", "--in", "{}/nothing.csv"], "is empty"),
        (["spam", "--in", "{}/comments.csv", "--text-column", "said"], "no column 'said'"),
        (["spam", "--in", "{}/comments.csv", "--label-column", "id"], "1 or spam, 0 or good"),
        (["spam", "--in", "{}/comments.csv", "--out", "{}/out.xls"], "Rows go to a file named"),
        (["spam", "--in", "{}/picture.csv"], "is no text file"),
        (["spam", "--in", "{}/cut.csv.gz"], "cannot be unpacked"),
        (["spam", "--in", "{}/broken.parquet"], "cannot be read as Parquet"),
        (["spam", "--in", "{}/comments.csv", "--corrections", "{}/comments.csv"], "no column is named right"),
        (["language", "--in", "{}/comments.csv", "--languages", "xx"], "No model knows xx"),
        (["topics", "--train", "{}/one.csv", "--in", "{}/comments.csv"], "at least two labels"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(comments, tmp_path, words, sentence):
    (tmp_path / "numbers.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").write_text("text\n")
    (tmp_path / "nothing.csv").write_bytes(b"\xef\xbb\xbf")
    (tmp_path / "one.csv").write_text("text,label\na,x\nb,x\n")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"text\nhello\n")[:-9])
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")

    done = run(*(word.format(tmp_path) for word in words))

    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
