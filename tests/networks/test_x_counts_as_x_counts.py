"""The rules of https://docs.x.com/resources/fundamentals/counting-characters; what is expected here was compared with the
answers of X's own library (npm `twitter-text` 3.1.0), as were two thousand mixtures of these pieces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livingroom.networks.interface import Draft
from livingroom.networks.x.render import render
from livingroom.networks.x.weight import first_weighing, weigh

PIECES = [
    "hello",
    "Olá",
    "日本語",
    "👨‍👩‍👧‍👦",
    "🇧🇷",
    "1️⃣",
    "e\u0301",
    "https://go.example.com/k7mq4r",
    "dell.com",
    "node.js",
    "#tag",
    "…",
]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("hello", 5),
        ("família", 7),
        ("e\u0301", 1),  # counted after composing
        ("日本語", 6),
        ("한국어", 6),
        ("مرحبا", 5),
        ("नमस्ते", 6),
        ("👍", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👩🏽‍🚀", 2),
        ("🇧🇷", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("1️⃣", 2),
        ("©", 1),
        ("©️", 2),
        ("™", 2),
        ("❤️", 2),
        ("—“”…", 5),  # the three dots lie outside the light ranges
        ("https://example.com/", 23),
        ("http://e.de", 23),
        ("https://example.com/a/very/long/path?with=a&query=and#more", 23),
        ("https://example.com/ñ?x=1,", 24),
        ("(https://a.de/x)", 25),
        ("https://a.de/x_(y).", 24),
        ("http://example.com/日本", 27),
        ("https://пример.рф/я", 23),
        ("go.example.com/k7mq4r", 23),
        ("dell.com,", 24),
        ("família.com", 23),
        ("日本example.com", 27),
        ("node.js", 7),
        ("a.b@c.com", 9),
        ("@handle.com", 11),
        ("U.S.A.", 6),
        ("3.14", 4),
        ("ftp://example.com/x", 19),
        ("http://localhost/x", 18),
    ],
)
def test_a_text_weighs_what_x_says(text: str, weight: int) -> None:
    assert weigh(text) == weight


def test_the_weight_is_the_same_before_and_after_composing() -> None:
    text = "Crème brûlée, Ångström, Việt Nam"  # ệ lies outside the light ranges

    assert weigh(unicodedata.normalize("NFD", text)) == weigh(text) == len(text) + 1


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.integers(0, 300))
def test_a_beginning_never_weighs_too_much_and_tears_nothing(pieces: list[str], limit: int) -> None:
    text = " ".join(pieces)

    head = first_weighing(text, limit)

    assert text.startswith(head)
    assert weigh(head) <= limit
    rest = text[len(head) :]
    assert weigh(head) + weigh(rest) == weigh(text)
    assert not rest or weigh(head + rest[:12]) >= weigh(head)


def test_a_long_text_becomes_a_thread_in_which_every_part_fits_and_no_address_is_torn() -> None:
    link = "https://go.example.com/k7mq4r"
    text = "Angebote für die ganze Familie 👨‍👩‍👧‍👦. " * 12 + link + " 日本語のお客様へ。" * 20

    posts = render(Draft(text, "de", may_split=True), link)

    assert len(posts) > 2
    assert all(post.size <= 280 and post.sendable for post in posts)
    assert sum(link in post.text for post in posts) == 1
    assert [post.part for post in posts] == list(range(1, len(posts) + 1))


def test_a_link_costs_23_and_is_written_at_the_end() -> None:
    (post,) = render(Draft("a" * 256), "https://go.example.com/k7mq4r")

    assert post.text.endswith("\nhttps://go.example.com/k7mq4r")
    assert post.size == 280
    assert post.sendable


def test_an_invisible_character_that_x_refuses_is_named_before() -> None:
    (post,) = render(Draft("Hello\ufeff there"))

    assert not post.sendable
    assert "invisible" in post.problems[0].text
