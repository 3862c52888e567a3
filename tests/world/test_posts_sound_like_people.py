import re
from collections import Counter

import numpy as np
import pytest

from livingroom.world.generate import World
from livingroom.world.posts import NO_CODE, SHARED_CODE
from livingroom.world.wording import words

LANGUAGES = ("en", "pt", "es", "de", "fr", "it", "ja")
KINDS = ("percent", "amount", "bundle", "reminder", "news", "tip", "reply", "question", "event")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_say_everything(language: str) -> None:
    known = words(language)

    assert all(len(known[kind]) >= 1 for kind in KINDS)
    assert len(known["weekdays"]) == 7
    assert set(known["categories"]) == set(words("en")["categories"])


def test_every_account_speaks_its_own_language(corner_pc: World) -> None:
    spoken = {corner_pc.branches[branch].language for branch in corner_pc.posts.branch.tolist()}

    assert spoken == set(LANGUAGES)


def test_no_slot_is_left_empty(corner_pc: World) -> None:
    left = [re.findall(r"\{(\w+)\}", text) for text in corner_pc.posts.text]

    assert {name for names in left for name in names} == {"link", "code"}
    assert all(names[-1] == "link" for names in left)


def test_a_code_is_named_exactly_where_the_post_has_one_for_everybody(corner_pc: World) -> None:
    posts = corner_pc.posts

    names_code = np.array(["{code}" in text for text in posts.text])
    assert (names_code == (posts.code_kind == SHARED_CODE)).all()
    assert (posts.code_kind[posts.offer < 0] == NO_CODE).all()


def test_hardly_any_post_is_said_twice(corner_pc: World) -> None:
    counts = Counter(corner_pc.posts.text)

    assert len(counts) > 0.85 * len(corner_pc.posts)
    assert max(counts.values()) < 25


def test_a_post_promises_what_its_offer_gives(corner_pc: World) -> None:
    posts, offers = corner_pc.posts, corner_pc.offers
    told = 0
    for text, offer in zip(posts.text, posts.offer.tolist(), strict=True):
        found = re.search(r"(\d+) ?%", text)
        if offer >= 0 and found:
            assert int(found[1]) == offers.percent[offer]
            told += 1
    assert told > 1_000


def test_every_post_fits_its_line(corner_pc: World) -> None:
    lengths = [len(text.removesuffix(" {link}")) for text in corner_pc.posts.text]

    assert max(lengths) <= 140
    assert np.mean(lengths) > 50
