import pytest

from livingroom.networks.interface import AppRefused, Page, Ref
from livingroom.networks.mastodon import searching
from livingroom.networks.mastodon.network import MastodonNetwork
from livingroom.networks.transport import Transport
from tests.networks.conformance import words
from tests.networks.mastodon_spec_stage import BACK, SERVER, MastodonSpecStage


@pytest.fixture
def town() -> MastodonSpecStage:
    return MastodonSpecStage()


def search(town: MastodonSpecStage, ways: list[tuple[str, ...]], cursor: str = "") -> tuple[list[str], Page]:
    found: list[str] = []
    while True:
        page = town.network.search_words(ways, cursor)
        found += [event.ref.id for event in page.events if event.ref]
        cursor = page.cursor
        if not page.more:
            return found, page


def said(town: MastodonSpecStage, ours: Ref, text: str) -> str:
    return town.someone_replies(ours, text).id


def test_texts_are_searched_way_by_way_and_later_only_what_is_new(
    town: MastodonSpecStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE_SIZE", 2)
    ours = town.new_post()
    hot = [said(town, ours, f"hot battery {number}") for number in range(5)]
    fire = said(town, ours, "it caught fire")
    ways = [("battery", "hot"), ("fire",)]

    first, page = search(town, ways)
    new = said(town, ours, "one more hot battery")
    later, _ = search(town, ways, page.cursor)

    assert sorted(first) == sorted([*hot, fire])
    assert later == [new]
    assert page.note == ""


def test_a_server_without_an_index_is_read_by_hashtag_and_says_so(town: MastodonSpecStage) -> None:
    town.has_index = False
    tagged = said(town, town.new_post(), words("About #desks"))

    first, page = search(town, [("standing", "desks")])
    later, _ = search(town, [("standing", "desks")], page.cursor)

    assert tagged in first
    assert later == []
    assert "hashtag" in page.note


def test_a_cursor_that_cannot_be_read_begins_again(town: MastodonSpecStage) -> None:
    ours = said(town, town.new_post(), "hot battery")

    page = town.network.search_words([("battery",)], "what is this?")

    assert page.restarted
    assert [event.ref.id for event in page.events if event.ref] == [ours]


def test_an_app_that_was_registered_with_fewer_rights_is_registered_anew(town: MastodonSpecStage) -> None:
    transport = Transport(inner=town.wire, sleep=lambda seconds: None)
    form = {"server_url": SERVER, "redirect_uri": BACK}
    app = {**MastodonNetwork.register_app(form, transport), "registered_scopes": "read:accounts"}

    with pytest.raises(AppRefused):
        MastodonNetwork.begin({**form, **app}, transport)
