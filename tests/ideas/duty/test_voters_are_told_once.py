import pytest
from django.core import mail
from django.test import Client

from livingroom.ideas import operations
from livingroom.ideas.duty import telling
from livingroom.ideas.duty.operations import answer
from livingroom.ideas.duty.words import WORDS
from livingroom.ideas.models import Follow, Idea, Telling
from livingroom.people.members import letters
from livingroom.people.models import Letter
from livingroom.shared.sealing import seal_text
from tests.ideas import cast
from tests.ideas.cast import NOON, later
from tests.ideas.duty import scene

pytestmark = pytest.mark.django_db
State = Idea.State
RELEASE = "https://shop.cornerpc.example/plain"


def ship(idea: Idea, now=None) -> None:
    answer(
        staff=scene.manager(), idea=idea, state=State.SHIPPED, reason="Tick the box when you order.", url=RELEASE,
        now=now or later(days=1),
    )  # fmt: skip


@pytest.fixture
def idea():
    scene.house()
    return cast.idea(scene.board(), "No extra software option", by=cast.member("Dora"))


def test_each_is_told_in_their_language_and_how_it_is_theirs(idea):
    rosa, jean, hans = (
        cast.member(name, language=code) for name, code in (("Rosa", "es"), ("Jean", "fr"), ("Hans", "de-at"))
    )
    scene.voters(idea, rosa, jean)
    operations.follow(member=hans, idea=idea, now=NOON)
    scene.said(jean, idea, "Enfin, s’il vous plaît.")

    ship(idea)
    telling.go_on(later(days=1))

    said = {letter.member.name: letter for letter in Letter.objects.select_related("member")}
    assert set(said) >= {"Dora", "Rosa", "Jean", "Hans"}
    assert said["Rosa"].subject == "Ya está aquí: «No extra software option»"
    assert "El 2 de marzo de 2026 votó a favor" in said["Rosa"].text
    assert "Enfin, s’il vous plaît." in said["Jean"].text
    assert "Sie folgen" in said["Hans"].text
    assert all(RELEASE in letter.text and "Tick the box" in letter.text for letter in said.values())
    assert said["Rosa"].url.endswith(f"/ideas/ideas/{idea.pk}/")


def test_a_crash_in_the_middle_tells_nobody_twice_and_nobody_not(idea, monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 4)
    members = scene.voters(idea, *(cast.member() for _ in range(11)))
    ship(idea)
    write, calls = telling.write_letters, []

    def crash_at_the_third(news, now):
        calls.append(now)
        n = write(news, now)
        if len(calls) == 3:
            raise RuntimeError("the machine went down")
        return n

    monkeypatch.setattr(telling, "write_letters", crash_at_the_third)
    with pytest.raises(RuntimeError):
        telling.go_on(later(days=1))
    n_before = Letter.objects.count()
    telling.go_on(later(days=1, hours=1))

    assert n_before == 8
    assert sorted(Letter.objects.values_list("member", flat=True)) == sorted(
        [member.pk for member in members] + [idea.member_id]
    )
    assert Telling.objects.get().done_at == later(days=1, hours=1)


def test_telling_keeps_nobody_waiting(idea, django_assert_max_num_queries):
    scene.voters(idea, *(cast.member() for _ in range(30)))

    with django_assert_max_num_queries(40):
        ship(idea)

    assert Letter.objects.count() == 0


def test_whose_idea_was_merged_hears_what_it_became_part_of(idea):
    from livingroom.ideas.merging.operations import merge

    otto = cast.member("Otto")
    other = cast.idea(idea.board, "Build computers not loaded with extra software", by=otto)
    operations.cast(member=otto, idea=other, now=NOON)
    merge(staff=scene.manager(), kept=idea, other=other, reason="The same wish in other words.", now=NOON)
    Letter.objects.all().delete()

    ship(idea)
    telling.go_on(later(days=1))

    letter = Letter.objects.get(member=otto)
    assert "Your idea “Build computers not loaded with extra software” became part of" in letter.text


def test_one_click_ends_it_for_who_only_voted_too(idea):
    otto = cast.member("Otto", mail_sealed=seal_text("otto@example.com"))
    scene.voters(idea, otto)
    answer(staff=scene.manager(), idea=idea, state=State.PLANNED, reason="In the autumn.", now=later(days=1))
    telling.go_on(later(days=1))
    Letter.objects.exclude(member=otto).update(dropped_because="not of this test")
    letters.send_what_waits(later(days=1, hours=1))
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

    answered = Client().post("/" + link.split("/", 3)[3])
    ship(idea, later(days=2))
    telling.go_on(later(days=2))

    assert answered.status_code == 200
    assert Follow.objects.get(member=otto).ended_at is not None
    assert Letter.objects.filter(member=otto).count() == 1


def test_every_language_has_every_message_with_the_same_places():
    from string import Formatter

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for code, words in WORDS.items():
        assert set(words) == set(WORDS["en"]), code
        for key, text in words.items():
            assert places(text) == places(WORDS["en"][key]), f"{code}: {key}"
