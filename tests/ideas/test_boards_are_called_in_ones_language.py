"""Boards and categories carry their names in several languages, and everybody reads their own."""

import pytest

from livingroom.ideas.boards import change_board, open_first_board
from livingroom.ideas.desk.forms import BoardForm, CategoryForm
from livingroom.people.models import Staff
from tests.ideas.cast import NOON, manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(db) -> Staff:
    return manager("Maya")


@pytest.fixture
def board(maya):
    return open_first_board(staff=maya, now=NOON)


def test_the_portal_and_its_feed_say_the_reader_s_words(client, board):
    page = client.get(f"/ideas/{board.slug}/", headers={"accept-language": "de"}).content.decode()
    feed = client.get(f"/ideas/{board.slug}/about/shop-and-web-site/feed.atom?lang=fr").content.decode()

    assert "Shop und Website" in page
    assert "Shop and web site" not in page
    assert "Idées: Boutique et site web" in feed


def test_the_api_tells_every_name_and_name_stays(client, board):
    [told] = client.get("/api/ideas/boards").json()

    assert told["name"] == "Ideas"
    assert told["names"]["pt"] == "Ideias"
    assert told["category_names"]["company"]["de"] == "Unternehmen"


def test_a_language_nobody_wrote_reads_the_own_name(board, maya):
    change_board(staff=maya, board=board, words={"de": {"name": "", "intro": "Nur das"}}, now=NOON)

    assert board.name_in("de") == "Ideas"
    assert board.intro_in("de-AT") == "Nur das"
    assert board.names == {"en": "Ideas"}


def test_the_desk_changes_a_name_in_another_language(board):
    board.words["nl"] = {"name": "Ideeën", "intro": ""}
    form = BoardForm({**BoardForm(instance=board).initial, "name_de": "Vorschläge"}, instance=board)
    category = CategoryForm({"new-name": "Games", "new-position": 5, "new-name_fr": "Jeux"}, prefix="new")

    assert form.is_valid(), form.errors
    assert form.said["words"]["de"]["name"] == "Vorschläge"
    assert form.said["words"]["nl"]["name"] == "Ideeën", "a language without a field stays as it was"
    assert category.is_valid(), category.errors
    assert category.said["words"] == {"fr": {"name": "Jeux"}}
