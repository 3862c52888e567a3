"""A placement's key as a short word that a network's own fields can carry: in an address, a summary, a signature."""

import base64
import hashlib


def short_key(key: str) -> str:
    """13 letters and digits of a placement's key; two keys share one with a chance of 1 in 10^19."""
    digest = hashlib.sha256(key.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:13]
