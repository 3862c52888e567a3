"""Who sent this delivery? Checked on the raw bytes, in constant time, with the shop's present and former secret."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

TOLERANCE_SECONDS = 300


class WrongSignature(Exception):
    """The delivery does not prove that it comes from the shop. The text is a short reason, for counting."""


def check_generic(secrets: list[str], headers: Mapping[str, str], body: bytes) -> None:
    """Check the three headers of Standard Webhooks. Raises WrongSignature."""
    reason = "no secret is set"
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except WebhookVerificationError as problem:
            reason = _in_our_words(str(problem))
        except ValueError:  # not base64, not UTF-8, no comma: the library leaves these to us
            reason = "the signature is malformed"
        else:
            return
    raise WrongSignature(reason)


def check_stripe(secrets: list[str], header: str, body: bytes, *, now: datetime) -> None:
    """Check `Stripe-Signature: t=…,v1=…[,v1=…]` (docs.stripe.com/webhooks/signatures). Raises WrongSignature."""
    sent_at, signatures = _take_apart(header)
    signed = str(sent_at).encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    # Every pair is compared, so that the time taken tells nothing.
    matches = [
        hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in signatures
    ]
    if not any(matches):
        raise WrongSignature("the signature does not match")
    if abs(now.timestamp() - sent_at) > TOLERANCE_SECONDS:
        raise WrongSignature("it was signed more than five minutes ago")


def check_body(secrets: list[str], header: str, body: bytes) -> None:
    """Check the HMAC-SHA256 of the body in base64, as Shopify and WooCommerce send it. Raises WrongSignature.

    Nothing in it says when it was signed; what comes again is recognised by its order and refund instead.
    """
    if not header:
        raise WrongSignature("the signature is missing")
    expected = [base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)) for secret in secrets]
    # Every secret is compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(ours, header.encode()) for ours in expected]
    if not any(matches):
        raise WrongSignature("the signature does not match" if secrets else "no secret is set")


def _take_apart(header: str) -> tuple[int, list[str]]:
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal()) or not signatures:
        raise WrongSignature("the signature is missing" if not header else "the signature is malformed")
    return int(times[0]), signatures


def _in_our_words(problem: str) -> str:
    return {
        "Missing required headers": "the signature is missing",
        "No matching signature found": "the signature does not match",
        "Message timestamp too old": "it was signed more than five minutes ago",
        "Message timestamp too new": "it was signed in the future",
    }.get(problem, "the signature is malformed")
