"""Codes and slugs that survive being read aloud, typed on a phone and copied by hand.

The alphabet has 31 characters, none of which looks like another (no 0/O, no 1/I/L). 31 is prime, so a weighted sum
modulo 31 with a different weight at every place changes whenever one character is replaced by another and
whenever any two characters change places: the last character makes the sum come out at zero.
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
VALUE = {character: value for value, character in enumerate(ALPHABET)}
# What we draw has no vowels: no code spells a word, in any language we sell in.
CONSONANTS = "".join(character for character in ALPHABET if character not in "AEUY")

SHARED_LENGTH = 8
SINGLE_LENGTH = 11  # nobody finds somebody else's code by trying: one in 10^9 with a pool of 100,000
SLUG_LENGTH = 6
MAX_LENGTH = 24


def new_code(length: int = SHARED_LENGTH) -> str:
    """Return a random code of `length` characters, the last of which checks the others."""
    if not 4 <= length <= MAX_LENGTH:
        raise ValueError(f"A code has 4 to {MAX_LENGTH} characters, not {length}.")
    body = "".join(secrets.choice(CONSONANTS) for _ in range(length - 1))
    return body + check_character(body)


def new_slug() -> str:
    return "".join(secrets.choice(CONSONANTS) for _ in range(SLUG_LENGTH)).lower()


def check_character(body: str) -> str:
    """Return the character that, put behind `body`, makes a code of it."""
    # The check character stands at the right end with weight 1.
    return ALPHABET[-_weighted_sum(body, first_weight=2) % len(ALPHABET)]


def is_code(text: str) -> bool:
    """Say whether normalised `text` has our characters and comes out right: false for a typing slip."""
    if not 4 <= len(text) <= MAX_LENGTH or any(character not in VALUE for character in text):
        return False
    return _weighted_sum(text, first_weight=1) % len(ALPHABET) == 0


def normalise_code(typed: str) -> str:
    """Return what people type as we store it: capitals, without the spaces and dashes they put in."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in plain if character.isalnum())


def _weighted_sum(text: str, first_weight: int) -> int:
    return sum(weight * VALUE[character] for weight, character in enumerate(reversed(text), first_weight))
