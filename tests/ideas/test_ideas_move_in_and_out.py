"""Ideas of other portals come in once, as they were; and everything goes out again."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from livingroom.ideas.merging.operations import merge
from livingroom.ideas.models import Answer, BroughtVote, Comment, Idea, IdeaImport, IdeaMerge, Vote
from livingroom.ideas.moving.exporting import export_ideas
from livingroom.ideas.moving.facts import NotIdeas
from livingroom.ideas.moving.importing import import_ideas
from livingroom.ideas.moving.tables import Wishes
from livingroom.ideas.moving.voters import hear_member
from livingroom.ideas.operations import comment
from tests.ideas.makings import NOON, agent, board, idea, manager, member

pytestmark = pytest.mark.django_db

FIDER_CSV = """\
number,title,description,created_at,created_by,votes_count,comments_count,status,responded_by,responded_at,response,\
original_number,original_title,tags
1,Ubuntu on notebooks,Please,2007-02-17T09:00:00Z,Lee,95,3,completed,Maya,2007-05-24T12:00:00Z,It ships from today.,,,linux
2,Linux preinstalled,,2007-02-18T09:00:00Z,Kim,12,0,duplicate,Maya,2007-02-20T12:00:00Z,,1,Ubuntu on notebooks,
3,Sell me a boat,,2007-02-19T09:00:00Z,Joe,1,0,sailing,,,,,,
"""


def bring(content: str | bytes, source: str = "fider", **more: object) -> IdeaImport:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return import_ideas(
        staff=None,
        board=more.pop("to", None) or board(),
        file=file,
        name="old.csv",
        source=source,
        now=NOON,
        **more,
    )


def backup() -> bytes:
    at = "2007-02-17T09:00:00+00:00"
    tables = {
        "users": [
            {"id": 7, "name": "Lee", "email": "lee@example.org"},
            {"id": 8, "name": "Kim", "email": "kim@example.org"},
        ],
        "posts": [
            {"id": 70, "number": 1, "title": "Ubuntu on notebooks", "description": "Please", "created_at": at, "user_id": 7,
             "status": 2, "response": "It ships from today.", "response_date": at, "original_id": None},
            {"id": 71, "number": 2, "title": "No bloatware at all", "description": "", "created_at": at, "user_id": 8,
             "status": 0, "response": None, "response_date": None, "original_id": None},
            {"id": 72, "number": 3, "title": "Spam", "description": "", "created_at": at, "user_id": 8, "status": 6},
        ],
        "comments": [
            {"id": 5, "post_id": 71, "content": "Yes please", "user_id": 7, "created_at": at, "deleted_at": None},
            {"id": 6, "post_id": 71, "content": "gone", "user_id": 7, "created_at": at, "deleted_at": at},
        ],
        "post_votes": [
            {"post_id": 71, "user_id": 7, "created_at": at}, {"post_id": 71, "user_id": 8, "created_at": at},
        ],
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, rows in tables.items():
            file.writestr(f"{name}.json", json.dumps(rows))
    return packed.getvalue()


def test_ideas_of_fider_keep_dates_states_answers_and_what_was_merged() -> None:
    report = bring(FIDER_CSV)

    one, other = Idea.objects.order_by("made_at")
    assert (one.made_at, one.state, one.credited_name) == (
        datetime(2007, 2, 17, 9, tzinfo=UTC), Idea.State.SHIPPED, "Lee",
    )  # fmt: skip
    assert Answer.objects.get(idea=one).reason == "It ships from today."
    assert (other.standing, other.merged_into) == (Idea.Standing.MERGED, one)
    assert IdeaMerge.objects.get().other == other
    assert [where for where, _ in report.bad] == ["line 4"]
    assert "sailing" in report.bad[0][1]


def test_votes_there_are_shown_as_brought_along_and_count_for_no_rank() -> None:
    bring(FIDER_CSV)

    one = Idea.objects.get(title="Ubuntu on notebooks")
    assert (one.n_brought, one.n_for, one.popular_key) == (95, 0, 0.0)
    assert not Vote.objects.exists()


def test_the_same_file_again_changes_nothing_and_a_newer_one_only_what_is_new() -> None:
    bring(FIDER_CSV)
    again = bring(FIDER_CSV)
    assert (again.n_new, again.n_changed, again.n_same) == (0, 0, 2)

    newer = bring(FIDER_CSV.replace("Please", "Please soon").replace(",95,", ",97,"))

    assert (newer.n_new, newer.n_changed, newer.n_same) == (0, 1, 1)
    one = Idea.objects.get(title="Ubuntu on notebooks")
    assert (one.text, one.n_brought) == ("Please soon", 97)
    assert Answer.objects.filter(idea=one).count() == 1
    assert Idea.objects.count() == 2


def test_a_backup_brings_comments_and_who_voted_by_a_hash_alone() -> None:
    report = bring(backup())

    assert set(Idea.objects.values_list("title", flat=True)) == {"Ubuntu on notebooks", "No bloatware at all"}
    assert [(one.credited_name, one.text) for one in Comment.objects.all()] == [("Lee", "Yes please")]
    assert (report.n_comments, report.n_votes) == (1, 2)
    assert all(row.mail_hash.startswith("mail:") for row in BroughtVote.objects.all())


def test_who_proves_the_address_has_voted() -> None:
    bring(backup())
    lee = member("Lee")

    hear_member(type(lee), lee, NOON)

    one = Idea.objects.get(title="No bloatware at all")
    assert (one.n_for, one.n_brought) == (1, 1)
    assert Vote.objects.get().member == lee
    hear_member(type(lee), lee, NOON)
    assert Vote.objects.count() == 1


def test_uservoice_is_read_by_the_names_of_its_columns() -> None:
    bring(
        "suggestion.id,suggestion.title,suggestion.body,suggestion.status.name,suggestion.created_timestamp,"
        "suggestion.voters_count,suggestion.category.name\n"
        '9,Quieter fans,"They are loud",under review,2011-01-02 03:04:05,40,Notebooks\n',
        "uservoice",
    )

    one = Idea.objects.get()
    assert (one.state, one.n_brought, str(one.category)) == (Idea.State.UNDER_REVIEW, 40, "Notebooks")


def test_any_table_is_read_when_somebody_names_its_columns_and_states() -> None:
    wishes = Wishes({"title": "Wunsch", "made_at": "Tag"}, {"liegt": "declined"})

    bring("Wunsch;Tag;Status\nLeiser;2011-01-02;liegt\n", "csv", wishes=wishes)

    one = Idea.objects.get()
    assert (one.title, one.state) == ("Leiser", Idea.State.DECLINED)
    assert "no reason was told" in Answer.objects.get().reason
    with pytest.raises(NotIdeas, match="There is no column"):
        bring("Wunsch;Tag\nx;y\n", "csv", wishes=Wishes({"title": "Titel"}, {}))
    assert IdeaImport.objects.count() == 1, "a file that is none leaves nothing behind"


def test_what_we_answered_since_is_not_undone_by_an_old_file() -> None:
    bring(FIDER_CSV)
    one = Idea.objects.get(title="Ubuntu on notebooks")
    Answer.objects.create(
        idea=one, before="shipped", state="declined", reason="Taken off the shelves.", staff=agent(), at=NOON
    )
    Idea.objects.filter(pk=one.pk).update(state=Idea.State.DECLINED)

    bring(FIDER_CSV.replace(",95,", ",99,"))

    one.refresh_from_db()
    assert (one.state, one.n_brought) == (Idea.State.DECLINED, 99)


def test_everything_goes_out_and_comes_in_again() -> None:
    old = board("old")
    lee = member("Lee")
    kept = idea("No extra software option", "Not one.", by=lee, board=old)
    other = idea("Computers without bloatware", by=member("Kim"), board=old, now=NOON + timedelta(minutes=1))
    comment(member=lee, idea=kept, text="Still true.", now=NOON)
    merge(staff=agent(), kept=kept, other=other, reason="They ask for the same thing.", now=NOON)
    held = io.BytesIO()
    counts = export_ideas(staff=manager(), file=held, now=NOON)
    assert (counts["ideas"], counts["votes"], counts["comments"], counts["merges"]) == (2, 2, 1, 1)
    with zipfile.ZipFile(held) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
    assert b"lee@example.org" not in everything

    held.seek(0)
    report = bring(held.read(), "livingroom", to=board("new"))

    assert report.bad == []
    found = Idea.objects.filter(board__slug="new")
    again = found.get(title=kept.title)
    assert (again.text, again.credited_name, again.made_at) == ("Not one.", "Lee", kept.made_at)
    assert found.get(title=other.title).merged_into == again
    assert [said.text for said in again.comments.all()] == ["Still true."]
    assert again.n_for == 2, "both are known here by the same hash of their address, and count once each"


def test_the_page_brings_in_and_gives_out(client) -> None:
    board()
    client.force_login(manager())

    answer = client.post(
        "/desk/ideas/moving/",
        {"board": "ideas", "source": "fider", "file": SimpleUploadedFile("old.csv", FIDER_CSV.encode())},
        follow=True,
    )
    assert "sailing" in answer.content.decode()
    wrong = client.post(
        "/desk/ideas/moving/",
        {"board": "ideas", "source": "uservoice", "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")},
    )
    assert wrong.status_code == 422
    packed = b"".join(client.post("/desk/ideas/moving/export/").streaming_content)

    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        assert len(file.read("ideas.jsonl").splitlines()) == 2
    client.force_login(agent())
    assert client.get("/desk/ideas/moving/").status_code == 403


def test_the_command_says_what_is_wrong_and_writes_nothing(tmp_path) -> None:
    from livingroom.commands.ideas import ideas

    board()
    path = tmp_path / "old.csv"
    path.write_text("a,b\n1,2\n")
    run = CliRunner().invoke
    refused = run(ideas, ["import", "--from", "csv", str(path)])
    assert refused.exit_code == 2
    assert "No column is the title" in refused.output
    path.write_text(FIDER_CSV)

    done = run(ideas, ["import", "--from", "fider", "--json", str(path)])
    written = run(ideas, ["export", str(tmp_path / "all.zip")])

    assert json.loads(done.output)["n_new"] == 2
    assert written.exit_code == 0, written.output
    assert zipfile.is_zipfile(tmp_path / "all.zip")
