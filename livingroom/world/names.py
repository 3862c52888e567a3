"""Identifiers drawn in bulk from a seed: slugs, codes, visitor and click ids, in the shapes the real parts make."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from livingroom.links.codes import CONSONANTS, SHARED_LENGTH, SINGLE_LENGTH, SLUG_LENGTH, check_character
from livingroom.links.redirector.click_id import ALPHABET
from livingroom.world.period import Integers, draws

LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
HEX_LETTERS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
TIME_LETTERS = 10
RANDOM_LETTERS = 14
VISITOR_LETTERS = 24

Texts = NDArray[np.bytes_]


def join_letters(letters: NDArray[np.uint8]) -> Texts:
    """Turn rows of characters into byte strings without a loop."""
    return np.ascontiguousarray(letters).view(f"S{letters.shape[1]}").ravel()


def click_ids(random: np.random.Generator, at: Integers) -> Texts:
    """Make click ids: 48 bits of milliseconds, then 72 random bits, as 24 base32 letters."""
    milliseconds = (at // 1000).astype(np.uint64)
    letters = np.empty((len(at), TIME_LETTERS + RANDOM_LETTERS), dtype=np.uint8)
    for place in range(TIME_LETTERS - 1):
        letters[:, place] = (milliseconds >> np.uint64(43 - 5 * place)) & np.uint64(31)
    letters[:, 9] = ((milliseconds & np.uint64(7)) << np.uint64(2)) | random.integers(
        0, 4, len(at), dtype=np.uint64
    )
    letters[:, TIME_LETTERS:] = random.integers(0, 32, (len(at), RANDOM_LETTERS), dtype=np.uint8)
    return join_letters(LETTERS[letters])


def scramble(numbers: Integers, salt: int) -> NDArray[np.uint64]:
    """Mix the bits of numbers so that neighbours look unrelated (the finaliser of SplitMix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def letters_of(numbers: Integers, salt: int, alphabet: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Spell each number as 24 letters that only its number and the salt decide."""
    per_word = 60 // bits
    columns = [
        alphabet[(scramble(numbers, salt + word) >> np.uint64(bits * place)) & np.uint64(2**bits - 1)]
        for word in range(-(-VISITOR_LETTERS // per_word))
        for place in range(per_word)
    ]
    return np.stack(columns[:VISITOR_LETTERS], axis=1)


def visitor_ids(seed: int, people: Integers, day: Integers, keeps_cookie: NDArray[np.bool_]) -> Texts:
    """Name visitors as the redirector does: a lasting cookie, or a hash that changes every day."""
    letters = np.empty((len(people), VISITOR_LETTERS + 2), dtype=np.uint8)
    letters[:, 0] = np.where(keeps_cookie, ord("c"), ord("d"))
    letters[:, 1] = ord(":")
    hashed = letters_of(people * 4096 + day, seed + 101, HEX_LETTERS, 4)
    letters[:, 2:] = np.where(keeps_cookie[:, None], letters_of(people, seed + 17, LETTERS, 5), hashed)
    return join_letters(letters)


def unique_texts(random: np.random.Generator, count: int, length: int) -> list[str]:
    """Draw `count` different words of consonants and digits."""
    alphabet = np.frombuffer(CONSONANTS.encode(), dtype=np.uint8)
    found: dict[str, None] = {}
    while len(found) < count:
        letters = alphabet[random.integers(0, len(alphabet), (count - len(found), length))]
        found.update(dict.fromkeys(text.decode() for text in join_letters(letters).tolist()))
    return list(found)


def slugs(seed: int, count: int) -> list[str]:
    return [text.lower() for text in unique_texts(draws(seed, "slugs"), count, SLUG_LENGTH)]


def codes(seed: int, count: int, single: bool = False) -> list[str]:
    """Draw coupon codes with their check character."""
    length = SINGLE_LENGTH if single else SHARED_LENGTH
    bodies = unique_texts(draws(seed, f"codes/{single}"), count, length - 1)
    return [body + check_character(body) for body in bodies]


def tokens(seed: int, stage: str, count: int, length: int) -> list[str]:
    """Draw hexadecimal tokens."""
    letters = HEX_LETTERS[draws(seed, stage).integers(0, 16, (count, length), dtype=np.uint8)]
    return [text.decode() for text in join_letters(letters).tolist()]
