"""Our own record keys: the same placement key gives the same key, so that sending twice makes one post.

A post's record key must be a TID (https://atproto.com/specs/tid): 13 letters for 53 bits of microseconds and 10 bits of
clock. We fill all 63 bits but the top ones with a digest, so that they name moments before 2022 and never clash with keys
that other programs make from the clock.
"""

import hashlib

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_LATEST = 1_640_995_200_000_000 << 10  # the beginning of 2022, in microseconds, as a TID's number


def record_key(key: str) -> str:
    """The TID of a placement key. Two keys share one with a chance of 1 in 10^18."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16]) % _LATEST
    letters = []
    for _ in range(13):
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))
