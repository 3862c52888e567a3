"""What goes into connecting an account, and what comes out of it.

Two ways: in one step (`begin` answers Connected), or over the network's own pages (`begin` answers Redirect, the person
allows it there, comes back, and `finish` ends it). The form that `begin` gets holds what the person typed, `redirect_uri`
(where the network sends the person back to) and the values of the app on the network's side, if it wants one: the
network's `app_fields`, or what `register_app` answered.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from livingroom.networks.errors import Invalid


class AppRefused(Invalid):
    """The network does not know our app (any more): Livingroom forgets it; it must be registered or typed again."""


@dataclass(frozen=True)
class Limits:
    """How much goes into a post. `url_size` is what any address counts, where a network counts them all alike."""

    graphemes: int
    utf8_bytes: int | None = None
    parts: int = 25
    card_image_bytes: int | None = None
    images: int = 0
    image_bytes: int | None = None
    image_side: int | None = None
    url_size: int | None = None
    alt_graphemes: int | None = None
    image_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountInfo:
    """Who we are on a network. `scopes` are the rights we hold there; None where the network does not say.

    `limits` are this account's or its server's own, where they differ from account to account.
    """

    account_id: str
    handle: str
    name: str
    url: str
    followers: int
    n_posts: int
    scopes: frozenset[str] | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class ConnectField:
    """One input of the form that connects an account."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    initial: str = ""


@dataclass(frozen=True)
class Scope:
    """A right that connecting asks for, by the network's own name, and what Livingroom needs it for."""

    name: str
    why: str
    required: bool = True


@dataclass(frozen=True)
class Finding:
    """One line of an answer to *check*: what is well, or what is missing and where (a field or a right)."""

    text: str
    is_well: bool = False
    field: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Connected:
    """The end of connecting: who we are there, and the secrets to keep."""

    account: AccountInfo
    server_url: str
    credentials: Mapping[str, str]
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Choices:
    """The person allowed more than one account (such as several pages): they choose which one to connect."""

    accounts: tuple[Connected, ...]


@dataclass(frozen=True)
class Redirect:
    """Connecting goes on at the network; it must come back with `state` in the query.

    `kept` is what `finish` will need (a PKCE verifier, the app, the server): it is stored encrypted, for some minutes,
    and reaches `finish` among its params, where it wins over what came back under the same name.
    """

    url: str
    state: str
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)


def new_state() -> str:
    """A word that only the one who began can know."""
    return secrets.token_urlsafe(32)


def pkce() -> tuple[str, str]:
    """A verifier to keep and its challenge (S256) to send. https://www.rfc-editor.org/rfc/rfc7636"""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
