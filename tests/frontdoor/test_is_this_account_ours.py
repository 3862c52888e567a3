import pytest
from django.conf import settings

from livingroom.frontdoor.accounts import Unreadable, read_account
from livingroom.frontdoor.checking import check
from livingroom.frontdoor.likeness import distance, likeness
from tests.posts import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "https://x.com/cornerpc_outlet",
        "http://twitter.com/CornerPC_Outlet",
        "https://mobile.twitter.com/cornerpc_outlet/status/1234567890",
        "https://www.x.com/cornerpc_outlet/?ref=home#top",
        "x.com/cornerpc_outlet",
        "Look at https://x.com/cornerpc_outlet!",
        "\u200bhttps://x.com/cornerpc_outlet\u200e",
        "https://social.example/@brasil",
        "https://social.example/@brasil/109348",
        "https://social.example/users/brasil",
        "https://other.example/@brasil@social.example",
        "@brasil@social.example",
        "BRASIL@social.example",
        "https://bsky.app/profile/care.cornerpc.example/post/3k",
        "care.cornerpc.example",
        "https://blog.cornerpc.example/de/",
        "https://blog.cornerpc.example/de/2009/12/a-post?x=1",
    ],
)
def test_ours_is_known_however_it_is_written(doors, text):
    assert check(text).kind == "ours"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("https://x.com/соrnerpc_outlet", "how_letters"),  # two Cyrillic letters
        ("https://x.com/cornerpc_0utlet", "how_letters"),
        ("https://x.com/cornerpc_outIet", "how_letters"),  # a capital I
        ("https://x.com/cornerpc\u200b_outlet", "how_letters"),
        ("https://x.com/comerpc_outlet", "how_letters"),  # rn is m
        ("https://x.com/cornerpc-outlet", "how_spelling"),
        ("https://x.com/cornerpc_outlets", "how_spelling"),
        ("https://x.com/conrerpc_outlet", "how_spelling"),
        ("https://x.com/cornerpc_outlet_support", "how_added"),
        ("https://instagram.com/cornerpc_giveaway", "how_added"),
        ("@official_cornerpc_outlet", "how_added"),
        ("https://instagram.com/cornerpc_outlet", "how_network"),
        ("https://evil.example/@brasil", "how_network"),
        ("https://x.com@evil.example/cornerpc_outlet", "how_host"),
        ("https://x.com.evil.example/cornerpc_outlet", "how_host"),
        ("https://blog.cornerpc.example.evil.example/de/", "how_host"),
        ("https://blog.xn--cornerc-vjg.example/de/", "how_host"),
        ("https://faceb00k.com/cornerpc_outlet", "how_host"),
    ],
)
def test_what_only_looks_like_ours_is_named_as_that(doors, text, how):
    verdict = check(text)

    assert verdict.kind == "lookalike"
    assert how in dict(verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "https://x.com/bobs_bikes",
        "@somebodyelse",
        "https://forum.example/t/1",
    ],
)
def test_a_stranger_is_not_ours(doors, text):
    assert check(text).kind == "not_ours"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I bought a computer",
        "https://",
        "https://[",
        "https://youtube.com/watch?v=1",
        "https://x.com/i/lists/1",
        "@",
    ],
)
def test_what_names_no_account_is_said_to_be_unreadable(doors, text):
    assert check(text).kind == "unreadable"


def test_a_name_alone_is_ours_on_the_networks_it_is_on_and_nowhere_else(doors):
    verdict = check("@cornerpc_outlet")

    assert (verdict.kind, verdict.networks) == ("name", ("X",))
    assert not verdict.is_ours


def test_another_place_on_the_service_that_keeps_one_of_ours_is_a_strangers(doors):
    cast.branch(
        "Notes", connected=False, network="blog", handle="notes", url="https://pages.example/cornerpc/"
    )

    assert check("https://pages.example/cornerpc/2009").kind == "ours"
    assert check("https://pages.example/cornerpcs/").kind == "not_ours"


def test_an_account_that_was_given_up_is_no_longer_ours(doors):
    verdict = check("https://x.com/oldcorner")

    assert verdict.kind == "closed"
    assert not verdict.is_ours


HOUSE = [
    "https://shop.cornerpc.example/laptops",
    "shop.cornerpc.example",
    "https://www.cornerpc.example/about",
    "https://uk.shop.cornerpc.example",
    settings.PUBLIC_URL,
]


@pytest.mark.parametrize("text", HOUSE)
def test_the_houses_own_addresses_are_ours(doors, text):
    assert check(text).kind == "house"


def test_a_digit_that_means_something_elsewhere_is_no_disguise_here(doors):
    assert likeness("room101", "livingroom") is None
    assert likeness("brasil", "brasil") is None


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abcd", "dcba", 3)]
)
def test_letters_between_two_names_are_counted(one, other, steps):
    assert distance(one, other, 2) == min(steps, 3)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://m.facebook.com/cornerpc/posts/1", "facebook:cornerpc"),
        ("https://www.facebook.com/profile.php?id=100", "facebook:100"),
        ("https://facebook.com/pages/Corner-PC/12345", "facebook:12345"),
        ("https://www.instagram.com/cornerpc/", "instagram:cornerpc"),
        ("https://www.youtube.com/@CornerPC/videos", "youtube:cornerpc"),
        ("https://youtube.com/channel/UCabc", "youtube:ucabc"),
        ("https://www.flickr.com/photos/cornerpc/123", "flickr:cornerpc"),
        ("https://de.linkedin.com/company/corner-pc/about", "linkedin:corner-pc"),
        ("https://Forum.Example:8443/c/hardware/", "forum.example:8443:c/hardware"),
    ],
)
def test_addresses_of_networks_are_read(url, key):
    assert read_account(url).key == key


def test_a_huge_text_is_refused_quickly():
    with pytest.raises(Unreadable):
        read_account("a b " * 100_000)


def test_the_api_answers_other_sites(client, doors):
    yes = client.get("/api/verify", {"url": "https://x.com/cornerpc_outlet"})
    no = client.get("/api/verify", {"url": "https://x.com/cornerpc_outlets"}).json()

    assert yes["Access-Control-Allow-Origin"] == "*"
    assert yes.json()["is_ours"] is True
    assert yes.json()["branch"]["slug"] == "outlet"
    assert (no["is_ours"], no["verdict"], no["reasons"]) == (
        False,
        "lookalike",
        [{"how": "spelling", "detail": ""}],
    )
    assert client.get("/api/verify").status_code == 422


def test_the_page_says_it_in_words(client, doors):
    ours = client.get("/check/", {"account": "x.com/cornerpc_outlet"}).content.decode()
    false = client.get("/check/", {"account": "x.com/cornerpc_outlets", "lang": "es"}).content.decode()

    assert "Yes, this is ours" in ours
    assert "report/" not in ours
    assert "Cuidado: parece nuestra, pero no lo es" in false
    assert "Se parece a Outlet, que es cornerpc_outlet en X." in false


def test_what_was_pasted_is_shown_harmlessly(client, doors):
    page = client.get("/check/", {"account": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in page
