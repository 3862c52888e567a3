from hypothesis import given
from hypothesis import strategies as st

from livingroom.links.codes import (
    ALPHABET,
    CONSONANTS,
    check_character,
    is_code,
    new_code,
    new_slug,
    normalise_code,
)

codes = st.text(CONSONANTS, min_size=3, max_size=23).map(lambda body: body + check_character(body))


@given(codes)
def test_every_code_we_make_is_a_code(code):
    assert is_code(code)


@given(codes, st.data())
def test_one_wrong_character_is_noticed(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))

    assert not is_code(code[:place] + wrong + code[place + 1 :])


@given(codes, st.data())
def test_two_characters_that_changed_places_are_noticed(code, data):
    first = data.draw(st.integers(0, len(code) - 2))
    second = data.draw(st.integers(first + 1, len(code) - 1))
    letters = list(code)
    letters[first], letters[second] = letters[second], letters[first]

    assert is_code("".join(letters)) == (code[first] == code[second])


def test_nothing_in_a_code_looks_like_something_else():
    assert not set("01OIL") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


def test_a_code_spells_no_word_because_it_has_no_vowels_before_its_check():
    assert not set("AEIOUY") & set("".join(new_code()[:-1] for _ in range(200)))


def test_what_people_type_is_understood():
    code = new_code()
    typed = f" {code[:4].lower()} - {code[4:].lower()} "

    assert normalise_code(typed) == code


def test_a_made_up_code_is_rarely_one():
    assert not is_code("HELLO")
    assert not is_code("SAVE15")
    assert not is_code("")


def test_slugs_are_short_and_lower_case():
    slug = new_slug()

    assert len(slug) == 6
    assert slug == slug.lower()
