"""A preview shows what its network shows: shortened addresses, coloured tags, what is folded away, grids, threads, headlines."""

import re
from datetime import date

import pytest
from django.template.loader import render_to_string

from livingroom.branches.models import Branch, Host
from livingroom.networks.registry import NETWORKS
from livingroom.networks.richtext import find_facets
from livingroom.posts.models import Offer
from livingroom.posts.previews.looks import look_of
from livingroom.posts.previews.sketching import sketch_of
from livingroom.posts.previews.words import Stretch, fold, short_address, stretches
from livingroom.posts.wording import Shown, Wording
from tests.posts import cast

LINK = "https://go.cornerpc.example/k7mq4r"
OFFER = Offer(name="Winter 15", kind="percent", percent=15, destination=f"https://{cast.SHOP}/laptops")


def wording(network: str, text: str, **facts: object) -> Wording:
    branch = Branch(
        pk=1,
        slug="corner",
        name="Corner PC",
        network=network,
        handle="corner.example",
        language="en",
        country="US",
        lead=Host(name="Maya", initials="M"),
        opened_on=date(2007, 6, 1),
    )
    return Wording(**{"branch": branch, "text": text, "offer": OFFER, "link": LINK, **facts})


def shown(stretches: list[Stretch]) -> str:
    return "".join(stretch.text for stretch in stretches)


def test_links_mentions_and_tags_are_told_apart():
    text = "Olá @corner.example: https://shop.example/a #inverno"

    found = stretches(text, find_facets(text))

    assert [(each.kind, each.text) for each in found if each.kind != "text"] == [
        ("mention", "@corner.example"),
        ("link", "https://shop.example/a"),
        ("tag", "#inverno"),
    ]
    assert shown(found) == text


@pytest.mark.parametrize(
    ("address", "length", "expected"),
    [
        ("https://www.shop.example/laptops", 30, "shop.example/laptops"),
        ("https://shop.example/a-very-long-way-to-go", 20, "shop.example/a-very…"),
        ("https://shop.example/a", 0, "https://shop.example/a"),
    ],
)
def test_an_address_is_as_short_as_the_network_writes_it(address, length, expected):
    assert short_address(address, length) == expected


def test_what_is_folded_away_and_what_is_seen_make_the_whole():
    text = "Winter is here. " * 30 + "#inverno https://shop.example/a"
    whole = stretches(text, find_facets(text))

    seen, rest = fold(whole, characters=125)

    assert shown(seen) + shown(rest) == text
    assert len(shown(seen)) <= 125
    assert not shown(seen).endswith("Win")  # a word is not cut
    assert [each.kind for each in rest if each.kind != "text"] == ["tag", "link"]


def test_lines_fold_too_and_short_texts_do_not():
    seen, rest = fold([Stretch("one\ntwo\nthree\nfour")], lines=2)

    assert (shown(seen), shown(rest)) == ("one\ntwo", "\nthree\nfour")
    assert fold([Stretch("one\ntwo")], characters=125, lines=2) == ([Stretch("one\ntwo")], [])


@pytest.mark.django_db
@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_every_connector_has_a_drawing_that_fetches_nothing_from_elsewhere(network):
    pictures = tuple(Shown(f"{n:064}", "image/jpeg", f"view {n}") for n in range(6))
    sketch = sketch_of(
        wording(network, "15 % off #winter: {link}", images=pictures, title="Winter is here again")
    )

    page = render_to_string("posts/previews/sketch.html", {"sketch": sketch})

    n_shown = min(len(sketch.shots[0].images) + sketch.shots[0].n_more_images, look_of(network).images_shown)
    assert "#winter" in page
    assert page.count("<img") == n_shown
    assert all(address.startswith("/") for address in re.findall(r'(?:src|href)="([^"#]*)', page))


@pytest.mark.django_db
def test_instagram_shows_one_picture_and_folds_the_words():
    pictures = (Shown("0" * 64, "image/jpeg", "a laptop"), Shown("1" * 64, "image/jpeg"))

    (shot,) = sketch_of(wording("instagram", "Winter is here. " * 20, images=pictures)).shots

    assert (len(shot.images), shot.n_more_images) == (1, 1)
    assert shot.rest


@pytest.mark.django_db
def test_a_thread_is_shown_part_by_part_with_the_comment_below():
    sketch = sketch_of(
        wording("bluesky", "Winter is here. " * 30, may_split=True, first_comment="Ask us: {link}")
    )

    assert [shot.part for shot in sketch.shots] == [1, 2]
    assert "k7mq4r" in shown(sketch.comment.seen)
    assert sketch.handle == "@corner.example"


@pytest.mark.django_db
def test_the_card_is_ours_or_the_networks_and_says_where_it_leads():
    ours = sketch_of(wording("bluesky", "15 % off")).shots[0].card
    theirs = sketch_of(wording("mastodon", "15 % off: {link}")).shots[0].card
    none = sketch_of(wording("x", "15 % off: {link}", images=(Shown("0" * 64, "image/jpeg"),))).shots[0].card

    assert (ours.title, ours.site, ours.is_made_there) == ("Winter 15", cast.SHOP, False)
    assert (theirs.site, theirs.is_made_there) == (cast.SHOP, True)
    assert none is None


@pytest.mark.django_db
def test_a_blog_has_a_headline_and_its_host():
    sketch = sketch_of(wording("wordpress", "15 % off", title="Winter is here"))

    assert (sketch.shots[0].title, sketch.host) == ("Winter is here", "Maya")


@pytest.mark.django_db
def test_a_place_that_looks_like_no_other_is_drawn_plainly():
    assert look_of("kiosk").layout == "plain"
    assert sketch_of(wording("kiosk", "15 % off")) is None  # nothing says how it would be rendered
