import pytest

from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.interface import Page, Ref
from livingroom.networks.webmention.network import WebmentionNetwork
from tests.networks.conformance import Case, Conformance, Proof, Stage, read_all
from tests.networks.webmention_stage import SITE, WebmentionStage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return WebmentionStage()


class TestWebmention(Conformance):
    proof = Proof("webmention", "pages of a small web", "its own tables, and the pages of others in process")
    cannot = {
        Case.UNAUTHORIZED: "Mentions lie in our own tables: nobody can refuse us there.",
        Case.GARBLED: "A page may say anything; one that does not name our door is a missing right, and check says so.",
    }

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # The cursor is our own: it can only be lost in our own house.
        return stage.network.poll("replies", cursor[:5])

    def missing_ref(self, stage: Stage, like: Ref, number: int) -> Ref:
        return Ref(f"https://elsewhere.example.net/{number}")


def test_a_site_in_a_folder_hears_of_its_own_pages_only_however_many_others_there_are() -> None:
    stage = WebmentionStage()
    for number in range(60):
        stage.someone_replies(Ref(f"{SITE}/blog/{number}"), f"About the blog {number}")
    stage.someone_replies(Ref(f"{SITE}/desks-for-less/"), "About another folder")
    wanted = [
        stage.someone_replies(Ref(f"{SITE}/desks{tail}"), "About desks") for tail in ("", "/oak/", "?page=2")
    ]
    stage.network.server_url = f"{SITE}/desks/"

    events = read_all(stage.network, "replies", "")[0]

    assert [event.ref.id for event in events if event.ref] == [ref.id for ref in wanted]


def test_a_hidden_mention_is_told_as_gone() -> None:
    stage = WebmentionStage()
    rude = stage.someone_replies(stage.new_post(), "Rude")
    first, cursor = read_all(stage.network, "replies", "")

    stage.network.hide(rude)
    later = read_all(stage.network, "replies", cursor)[0]

    assert [(event.kind, event.text) for event in (*first, *later)] == [("reply", "Rude"), ("gone", "")]


def test_a_site_that_names_no_door_or_another_ones_is_told_which_line_is_missing() -> None:
    stage = WebmentionStage()
    transport = stage.network.transport
    form = {"server_url": SITE, "redirect_uri": "https://house.example.com/networks/return/"}

    connected = WebmentionNetwork.begin(form, transport)
    stage.web.page(SITE, "<p>No door</p>")
    with pytest.raises(Invalid) as absent:
        WebmentionNetwork.begin(form, transport)
    stage.web.page(SITE, '<link rel="webmention" href="https://other.example.org/hook">')
    with pytest.raises(Forbidden) as moved:
        stage.network.check()

    assert connected.credentials["endpoint"] == "https://house.example.com/webmention/"
    assert 'href="https://house.example.com/webmention/"' in absent.value.text
    assert moved.value.scope == "webmention"
