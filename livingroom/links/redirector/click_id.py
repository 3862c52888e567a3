"""Click ids: 48 bits of milliseconds, then 72 random bits, as 24 characters of lower-case Crockford base32. They sort by time."""

import os

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 24

# A byte has 256 values and the alphabet 32, so the low five bits of a random byte pick a letter without bias.
_LETTER_OF_BYTE = bytes(ord(ALPHABET[value & 31]) for value in range(256))
_POOL_BYTES = 15 * 512


def random_letters(count: int) -> str:
    """`count` random letters, five bits each."""
    return os.urandom(count).translate(_LETTER_OF_BYTE).decode("ascii")


class ClickIds:
    """Makes ids; randomness is drawn in bulk because a system call for each click costs more than the rest of it."""

    def __init__(self) -> None:
        self._milliseconds = -1
        self._time_part = ""
        self._pool = ""
        self._used = 0

    def new(self, milliseconds: int) -> str:
        if milliseconds != self._milliseconds:
            self._milliseconds = milliseconds
            self._time_part = _time_letters(milliseconds)
        start = self._used
        if start >= len(self._pool):
            self._pool, start = random_letters(_POOL_BYTES), 0
        self._used = start + 15
        # The tenth letter shares its bits: three of the time, two random.
        shared = ALPHABET[(milliseconds & 7) << 2 | (ord(self._pool[start]) & 3)]
        return self._time_part + shared + self._pool[start + 1 : start + 15]


def milliseconds_of(click_id: str) -> int:
    """The time inside a click id."""
    value = 0
    for letter in click_id[:10]:
        value = value << 5 | ALPHABET.index(letter)
    return value >> 2


def _time_letters(milliseconds: int) -> str:
    """The top 45 of the 48 time bits as nine letters."""
    return "".join(ALPHABET[milliseconds >> shift & 31] for shift in range(43, 2, -5))
