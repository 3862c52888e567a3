"""Secrets of shops at rest, and mail addresses, which are never kept: only a keyed hash of them is."""

import base64
import hashlib
import hmac
import re
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# An at sign may be written \u0040 in JSON. What looks like an address is one, for our purpose.
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}(?:@|\\u0040)[\w-]+(?:\.[\w-]+)+")
_HASHED = re.compile(r"mail:[0-9a-f]{40}")


class SecretLost(Exception):
    """No key of CREDENTIAL_KEYS opens the secret."""


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


@lru_cache(maxsize=256)
def unseal(token: str) -> str:
    """Open a sealed secret. Raises SecretLost when the key it was sealed with is gone."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        raise SecretLost(
            "The key that sealed this shop's secret is not among CREDENTIAL_KEYS: rotate the secret."
        ) from None


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])


def new_webhook_secret() -> str:
    """A secret as Standard Webhooks writes it: `whsec_` and 24 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


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
