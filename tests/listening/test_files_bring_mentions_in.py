import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from livingroom.commands.mentions import mentions
from livingroom.listening.importing import NotMentions, Report, import_mentions
from livingroom.listening.models import Mention
from tests.listening import cast
from tests.listening.cast import NOW

pytestmark = pytest.mark.django_db
FILE = """Date;Comment;User;Followers;Branch;Mood
2026-10-30 09:00;"Hot; very hot";@ana;1,200;brasil;bad
yesterday;What time is it;ben;;;
2026-10-30 10:00;;ben;;;
2026-10-30T11:00:00+02:00;Fine;ben;many;;
2026-10-30T11:00:00+02:00;Fine;ben;;nowhere;
1793350800;Seconds;carl;;;
"""


def bring(text: str, **facts) -> Report:
    file = io.BytesIO(text.encode("utf-8-sig"))
    return list(import_mentions(staff=cast.staff(), file=file, name="clips.csv", now=NOW, **facts))[-1]


def test_each_row_is_kept_or_told_of():
    branch = cast.branch()

    report = bring(FILE, zone=ZoneInfo("America/Sao_Paulo"))

    assert (report.n_rows, report.n_new, report.n_refused) == (6, 2, 4)
    assert [line for line, _ in report.problems] == [3, 4, 5, 6]
    assert "no time" in report.problems[0][1]
    assert report.ignored == ["Mood"]
    first = Mention.objects.get(author_id="@ana")
    assert (first.at, first.text, first.author_followers) == (
        datetime(2026, 10, 30, 12, tzinfo=UTC),
        "Hot; very hot",
        1200,
    )
    assert (first.branch, first.kind) == (branch, "mention")


def test_the_same_file_again_changes_nothing():
    cast.branch()
    bring(FILE)

    report = bring(FILE)

    assert (report.n_new, report.n_known) == (0, 2)


@pytest.mark.parametrize(("text", "words"), [("", "empty"), ("a,b\n1,2\n", "no column for text")])
def test_what_is_no_list_of_mentions_is_refused_whole(text, words):
    with pytest.raises(NotMentions, match=words):
        bring(text)


def test_the_command_tells_what_became_of_the_file(tmp_path):
    path = tmp_path / "clips.csv"
    path.write_text("text,at,id\nhello,2026-10-30,1\nhello,never,2\n")

    done = CliRunner().invoke(mentions, ["import", str(path), "--json"])

    told = json.loads(done.stdout)
    assert (told["n_new"], told["n_refused"]) == (1, 1)
    path.write_text("x\n1\n")
    assert CliRunner().invoke(mentions, ["import", str(path)]).exit_code == 2
