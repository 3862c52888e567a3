"""What goes into connecting an account, and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AccountInfo:
    account_id: str
    handle: str
    name: str
    url: str
    followers: int
    n_posts: int


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
class Connected:
    """The end of connecting: who we are there, and the secrets to keep."""

    account: AccountInfo
    server_url: str
    credentials: Mapping[str, str]
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Redirect:
    """Connecting goes on at the network; it comes back with `state`."""

    url: str
    state: str
