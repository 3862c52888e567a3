"""Sign a request with OAuth 1.0a, HMAC-SHA1. Pure. https://www.rfc-editor.org/rfc/rfc5849#section-3.4

Flickr wants all parameters signed, in the query, in a form, and beside a picture in a multipart body, but not the picture.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Keys:
    """Ours for the app, and once somebody allowed it, those of the account."""

    app: str
    app_secret: str
    token: str = ""
    token_secret: str = ""


def authorization(
    method: str, url: str, params: Mapping[str, str], keys: Keys, *, nonce: str, timestamp: int, **more: str
) -> str:
    """The Authorization header. `more` are parameters of OAuth's own, such as oauth_callback."""
    ours = {
        "oauth_consumer_key": keys.app,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp),
        "oauth_version": "1.0",
        **({"oauth_token": keys.token} if keys.token else {}),
        **more,
    }
    signed = signature(method, url, [*params.items(), *ours.items()], keys)
    pairs = {**ours, "oauth_signature": signed}
    return "OAuth " + ", ".join(f'{name}="{escape(value)}"' for name, value in sorted(pairs.items()))


def signature(method: str, url: str, pairs: Pairs, keys: Keys) -> str:
    key = f"{escape(keys.app_secret)}&{escape(keys.token_secret)}".encode()
    # SHA-1 is what the protocol asks for; as a keyed hash it is still sound.
    digest = hmac.new(key, base_string(method, url, pairs).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def base_string(method: str, url: str, pairs: Pairs) -> str:
    """What is signed: the method, the address without its query, and all parameters in their order."""
    parts = urlsplit(url)
    every = [*pairs, *parse_qsl(parts.query, keep_blank_values=True)]
    encoded = sorted((escape(name), escape(value)) for name, value in every)
    joined = "&".join(f"{name}={value}" for name, value in encoded)
    address = f"{parts.scheme.lower()}://{_host(parts.scheme, parts.netloc)}{parts.path or '/'}"
    return "&".join(escape(piece) for piece in (method.upper(), address, joined))


def escape(text: str) -> str:
    """Percent-encode as RFC 5849 3.6 does: letters, digits, - . _ ~ stay, a blank is %20."""
    return quote(text, safe="-._~")


def _host(scheme: str, netloc: str) -> str:
    default = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return netloc.lower().removesuffix(default)
