from dataclasses import replace

import pytest

from livingroom.networks.errors import Invalid
from livingroom.networks.interface import Draft, Image, Limits, Rendered
from livingroom.networks.mastodon import records
from livingroom.networks.mastodon.render import LIMITS, count, render
from livingroom.networks.mastodon.signin import held, server_of

LONG = "https://shop.cornerpc.example/outlet/" + "x" * 200


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://mastodon.social/ ", "https://mastodon.social"),
        ("https://mastodon.social/@cornerpc", "https://mastodon.social"),
        ("https://mastodon.social/home", "https://mastodon.social"),
        ("@cornerpc@social.cornerpc.example", "https://social.cornerpc.example"),
        ("cornerpc@social.cornerpc.example", "https://social.cornerpc.example"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("https://example.com/snac", "https://example.com/snac"),
    ],
)
def test_a_server_is_understood_as_people_write_it(typed: str, server: str) -> None:
    assert server_of(typed) == server


@pytest.mark.parametrize(
    "typed", ["", "cornerpc", "ftp://mastodon.social", "https://me:word@mastodon.social", "https://"]
)
def test_what_is_no_server_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        server_of(typed)

    assert refused.value.field == "server_url"


def test_an_address_counts_23_and_a_mention_counts_without_its_server() -> None:
    assert count(f"Look: {LONG}") == len("Look: ") + 23
    assert count("See https://a.co") == len("See ") + 23
    assert count("Thanks @ana@far.away.example!") == len("Thanks @ana!")
    assert count("👨‍👩‍👧‍👦é") == 2
    assert count(f"Look: {LONG}", url_size=0) == len(f"Look: {LONG}")


def test_a_post_with_a_long_address_fits_and_a_long_text_is_split_around_it() -> None:
    (fits,) = render(Draft("a" * 476 + " {link}"), LONG)
    parts = render(Draft("word " * 150 + "{link}" + " word" * 150, may_split=True), LONG)

    assert (fits.size, fits.sendable) == (500, True)
    assert len(parts) > 2
    assert all(part.size <= 500 and part.sendable for part in parts)
    assert sum(LONG in part.text for part in parts) == 1


def test_pictures_are_judged_by_what_the_server_takes() -> None:
    limits = replace(LIMITS, images=1, image_bytes=1_000_000, image_types=("image/png",), alt_graphemes=5)
    draft = Draft(
        "Look", images=(Image(b"x" * 1_000_001, "image/tiff", "too long"), Image(b"x", "image/png"))
    )

    (post,) = render(draft, limits=limits)

    texts = [problem.text for problem in post.problems]
    assert any("at most 1" in text for text in texts)
    assert any("over 1 MB" in text for text in texts)
    assert any("image/tiff" in text for text in texts)
    assert any("over 5 characters" in text for text in texts)
    assert [problem.blocks for problem in post.problems if "no description" in problem.text] == [False]


@pytest.mark.parametrize(
    ("instance", "limits"),
    [
        (
            {
                "configuration": {
                    "statuses": {
                        "max_characters": 5000,
                        "max_media_attachments": 8,
                        "characters_reserved_per_url": 30,
                    },
                    "media_attachments": {
                        "supported_mime_types": ["image/png", "video/mp4"],
                        "image_size_limit": 99,
                        "description_limit": 420,
                    },
                }
            },
            Limits(
                graphemes=5000, images=8, image_bytes=99, url_size=30, alt_graphemes=420, image_types=("image/png",)
            ),
        ),
        ({"max_toot_chars": 100_000, "uri": "old.example"}, replace(LIMITS, graphemes=100_000)),
        ({}, LIMITS),
    ],
)  # fmt: skip
def test_limits_come_from_the_server_whatever_its_age(instance: dict[str, object], limits: Limits) -> None:
    assert records.limits_of(instance) == limits


def test_a_broad_right_holds_the_narrow_ones() -> None:
    assert held("") is None
    assert "write:statuses" in (held("read write follow") or ())
    assert "write:media" not in (held("write:statuses read") or ())


def test_our_post_is_known_again_in_a_servers_page() -> None:
    link = "https://go.example.com/k7mq4r"
    status = {
        "content": '<p>Ten off for <span class="h-card"><a href="https://a.example/@ana">@<span>ana</span></a></span><br>'
        '<a href="https://go.example.com/k7mq4r"><span class="invisible">https://</span>'
        '<span class="">go.example.com/k7mq4r</span></a></p><p>Until Sunday &amp; no longer</p>'
    }

    assert records.says(status, Rendered("whatever", link=link))
    assert not records.says(status, Rendered("whatever", link="https://go.example.com/other1"))
    assert records.says(status, Rendered(f"Ten off for @ana@far.example\n{link}\n\nUntil Sunday & no longer"))
    assert not records.says(status, Rendered("Ten off"))


def test_answers_stand_under_what_they_answer() -> None:
    def status(number: str, parent: str, minute: int) -> dict[str, str]:
        return {"id": number, "in_reply_to_id": parent, "created_at": f"2026-11-22T10:{minute:02d}:00Z"}

    shuffled = [
        status("d", "b", 4),
        status("c", "root", 3),
        status("lost", "gone", 9),
        status("b", "root", 2),
    ]

    assert [each["id"] for each in records.in_order("root", shuffled)] == ["b", "d", "c", "lost"]
