"""Sign and prove deliveries as Standard Webhooks does (https://www.standardwebhooks.com). Pure.

    webhook-signature: v1,base64(HMAC-SHA256(key, "<webhook-id>.<webhook-timestamp>.<body>"))

The secret is `whsec_` and the key in base64. Keys are made of plain letters, so that a script which knows only texts (such as
one in a virtual world) can use what the base64 stands for.
"""

import base64
import binascii
import hashlib
import hmac
import secrets as random_words
from collections.abc import Mapping, Sequence
from datetime import datetime

from livingroom.networks.errors import Forbidden

TOLERANCE_SECONDS = 300
MARK = "whsec_"


def new_secret() -> str:
    return MARK + base64.b64encode(random_words.token_hex(16).encode()).decode()


def is_secret(text: str) -> bool:
    try:
        return text.startswith(MARK) and len(_key(text)) >= 16
    except (ValueError, binascii.Error):
        return False


def headers_for(secrets: Sequence[str], delivery_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers, with a signature by each secret that the other side may still use."""
    at = str(int(now.timestamp()))
    signatures = " ".join(f"v1,{_sign(secret, delivery_id, at, body)}" for secret in secrets)
    return {"webhook-id": delivery_id, "webhook-timestamp": at, "webhook-signature": signatures}


def prove(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raises Forbidden with a short reason when the delivery does not prove where it comes from."""
    told = {name.lower(): value for name, value in headers.items()}
    delivery_id, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    given = [part[3:] for part in told.get("webhook-signature", "").split(" ") if part.startswith("v1,")]
    if not delivery_id or not given or not (at.isascii() and at.isdecimal()):
        raise Forbidden("the signature is missing or malformed", "signature")
    expected = [_sign(secret, delivery_id, at, body) for secret in secrets]
    # Every pair is compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in given]
    if not any(matches):
        raise Forbidden("the signature does not match", "signature")
    if abs(now.timestamp() - int(at)) > TOLERANCE_SECONDS:
        raise Forbidden("it was signed more than five minutes from now; check the clock", "signature")


def _sign(secret: str, delivery_id: str, at: str, body: bytes) -> str:
    signed = f"{delivery_id}.{at}.".encode() + body
    return base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(MARK), validate=True)
