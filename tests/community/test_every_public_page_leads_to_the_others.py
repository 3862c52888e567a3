"""The foot of a visitor's page: the public rooms that have something, in the visitor's language."""

from pathlib import Path

import pytest

import livingroom
from livingroom.inbox.moderation.words import WORDS as MODERATION_WORDS
from livingroom.shared.street import WORDS as STREET_WORDS
from tests.community import cast

pytestmark = pytest.mark.django_db


def foot(client, path: str) -> str:
    page = client.get(path, headers={"Accept-Language": "de"}).content.decode()
    return page.split("<footer", 1)[1]


def test_rooms_with_nothing_in_them_are_not_listed(client):
    shown = foot(client, "/contact/")

    assert "Wo wir sind" in shown
    assert "Schreiben Sie uns" in shown
    assert "Fragen" not in shown
    assert "Ideen" not in shown


def test_a_room_is_listed_as_soon_as_it_has_something(client):
    cast.question(cast.member())

    for path in ("/", "/contact/", "/moderation/", "/questions/"):
        assert '<a href="/questions/"' in foot(client, path), path


def test_the_language_that_was_asked_for_goes_along(client):
    cast.question(cast.member())

    shown = foot(client, "/contact/?lang=pt")

    assert 'href="/questions/?lang=pt"' in shown
    assert "Perguntas" in shown


def test_the_page_that_is_open_is_marked(client):
    assert '<a href="/contact/" aria-current="page">' in foot(client, "/contact/")


def test_a_wrong_address_is_answered_in_the_visitors_language(client):
    page = client.get("/nowhere/", headers={"Accept-Language": "de"})

    assert page.status_code == 404
    assert "Hinter dieser Tür ist nichts" in page.content.decode()
    assert 'href="/overview/"' not in page.content.decode(), "a visitor has no desk"


def test_what_we_hide_is_said_in_the_visitors_language(client):
    page = client.get("/moderation/", headers={"Accept-Language": "de"}).content.decode()

    assert '<html lang="de"' in page
    assert "Was wir verbergen und warum" in page


@pytest.mark.parametrize("words", [STREET_WORDS, MODERATION_WORDS], ids=["street", "moderation"])
def test_every_language_has_every_message(words):
    fronts = (Path(livingroom.__file__).parent / "frontdoor" / "words").glob("*.json")

    assert set(words) == {path.stem for path in fronts}
    for language, messages in words.items():
        assert messages.keys() == words["en"].keys(), language
        assert all(messages.values()), language
