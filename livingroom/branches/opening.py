"""Open a branch's addresses as a stranger would: is somebody there, and does the page point back to us?

`rel=me` is checked both ways: our page names the branch with it, and the branch's page should name ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from livingroom.branches.models import LinkCheck
from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid, NetworkError, RateLimited
from livingroom.networks.transport import Answer, Transport

State = LinkCheck.State
MOST_MOVES = 4
LARGEST_PAGE = 1_000_000
_MOVED = (301, 302, 303, 307, 308)


class Moved(NetworkError):
    """The address answers with another one."""

    def __init__(self, location: str) -> None:
        super().__init__(f"moved to {location}")
        self.location = location


@dataclass(frozen=True)
class Opened:
    state: LinkCheck.State
    links_back: bool | None = None
    problem: str = ""


def open_address(url: str, ours: Iterable[str], transport: Transport) -> Opened:
    """Open an address, follow where it moved, and look for a link to one of `ours` that says rel=me."""
    transport.explain = _explain
    try:
        answer, last = _follow(url, transport)
    except NetworkError as error:
        return Opened(_state_after(error), None, error.text[:300])
    if "html" not in answer.headers.get("content-type", "html"):
        return Opened(State.ALIVE)
    page = _Me(last)
    page.feed(answer.content[:LARGEST_PAGE].decode(errors="replace"))
    wanted = {_plain(one) for one in ours}
    return Opened(State.ALIVE, any(_plain(found) in wanted for found in page.found))


def _follow(url: str, transport: Transport) -> tuple[Answer, str]:
    """Each step passes the guard, so that no address of a private network is opened."""
    for _ in range(MOST_MOVES + 1):
        try:
            return transport.read("GET", url, headers={"Accept": "text/html, */*;q=0.5"}), url
        except Moved as moved:
            url = urljoin(url, moved.location)
    raise Invalid(f"It moves more than {MOST_MOVES} times.")


def _explain(answer: Answer) -> NetworkError | None:
    if answer.status in _MOVED and answer.headers.get("location"):
        return Moved(answer.headers["location"])
    return None


def _state_after(error: NetworkError) -> LinkCheck.State:
    if isinstance(error, Gone):
        return State.DEAD
    # Networks show much to people only: a refusal says nothing about the account.
    if isinstance(error, AuthExpired | Forbidden | RateLimited | Invalid):
        return State.SHUT
    return State.UNREACHED


def _plain(url: str) -> str:
    """An address without what makes no difference."""
    parts = urlsplit(url.strip())
    host = (parts.netloc or "").casefold().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}"


class _Me(HTMLParser):
    """Collects the addresses of <a> and <link> with rel=me."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"a", "link"}:
            told = {name: value or "" for name, value in attributes}
            if "me" in told.get("rel", "").casefold().split() and told.get("href"):
                self.found.append(urljoin(self._base, told["href"]))
