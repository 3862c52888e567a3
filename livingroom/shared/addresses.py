"""Mail addresses are never kept where a hash will do: a keyed hash stands for each."""

import hashlib
import hmac
import re
from functools import lru_cache

from django.conf import settings

# An at sign may be written \u0040 in JSON. What looks like an address is one, for our purpose.
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}(?:@|\\u0040)[\w-]+(?:\.[\w-]+)+")
_HASHED = re.compile(r"mail:[0-9a-f]{40}")


def mail_hash(address: str) -> str:
    """The keyed hash that stands for a mail address; one that is hashed already stays as it is."""
    address = address.strip().lower()
    if not address or _HASHED.fullmatch(address):
        return address
    return "mail:" + hmac.new(_mail_key(), address.encode(), hashlib.sha256).hexdigest()[:40]


def without_addresses(text: str) -> str:
    """The text with a hash in the place of every mail address, so that it can be kept."""
    if "@" not in text and "\\u0040" not in text:
        return text
    return _ADDRESS.sub(lambda found: mail_hash(found[0].replace("\\u0040", "@")), text)


@lru_cache(maxsize=1)
def _mail_key() -> bytes:
    return hashlib.sha256(b"livingroom mail handles " + settings.SECRET_KEY.encode()).digest()
