import pytest

from livingroom.measure.words.near import NearIndex, groups

FIRST = "Win a free laptop today, just visit http://a.example/1 and sign up with your mail"
AGAIN = "win a FREE laptop today!! just visit http://b.example/2 and sign up with your mail"
OTHER = "My laptop arrived broken and nobody answers the phone, what shall I do now"


def test_a_message_with_another_link_is_a_repeat():
    first, other, again = NearIndex().add([(7, FIRST), (8, OTHER), (9, AGAIN)])

    assert not first.is_repeat
    assert not other.is_repeat
    assert (again.group, again.is_repeat) == (7, True)
    assert again.likeness > 0.7


def test_a_repeat_of_a_repeat_joins_the_first():
    index = NearIndex()
    index.add([(1, FIRST), (2, AGAIN)])

    assert index.add([(3, AGAIN)])[0].group == 1


def test_short_praise_is_nobodys_copy():
    assert groups(["love this song", "love this song", ""]) == [0, 1, 2]


def test_an_index_goes_on_after_it_was_kept():
    index = NearIndex()
    index.add([(1, FIRST), (2, OTHER)])

    again = NearIndex.from_bytes(index.to_bytes())

    assert len(again) == 2
    assert again.add([(3, AGAIN)])[0].group == 1
    assert b"laptop" not in index.to_bytes()


def test_what_is_forgotten_is_not_found():
    index = NearIndex()
    index.add([(1, FIRST)])

    index.forget(1)

    assert not index.add([(2, AGAIN)])[0].is_repeat


def test_bytes_that_are_no_index_are_refused():
    with pytest.raises(ValueError, match="no index of near-duplicates"):
        NearIndex.from_bytes(b"something else altogether")
