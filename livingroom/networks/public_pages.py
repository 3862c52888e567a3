"""Read a page of anybody's: not an API that we are connected to, but an address that a stranger may have given us.

The SSRF guard judges every hop. A page is read to a limit of bytes and of seconds, however slowly it trickles, and after
so many redirects we stop. https://www.w3.org/TR/webmention/#limits-on-get-requests
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from livingroom.networks.errors import Gone, Invalid, Unavailable
from livingroom.networks.guard import shared_guard
from livingroom.networks.transport import USER_AGENT

LARGEST_PAGE = 1024 * 1024
SECONDS = 5.0
MOST_REDIRECTS = 20
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class FetchedPage:
    url: str
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).split(";", 1)[0].strip().lower()

    @property
    def text(self) -> str:
        """The page in its own encoding: as the answer says, else as the page says, else UTF-8."""
        found = _CHARSET.search(str(self.headers.get("content-type", "")))
        found = found or _CHARSET.search(self.content[:1024].decode("ascii", "replace"))
        try:
            return self.content.decode(found.group(1) if found else "utf-8", "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")


class PageReader:
    """The way to pages. `inner` and `clock` are for tests."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        inner: httpx.BaseTransport | None = None,
        seconds: float = SECONDS,
        largest: int = LARGEST_PAGE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = httpx.Client(
            transport=inner or shared_guard(allow_private=allow_private), trust_env=False
        )
        self._seconds, self._largest, self._clock = seconds, largest, clock

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> FetchedPage:
        """The page behind an address. Raises Gone for 404 and 410, Invalid for what can never be read, Unavailable."""
        return self._ask("GET", url, headers or {}, None)

    def post(self, url: str, content: bytes, media_type: str) -> FetchedPage:
        """Send something to somebody's endpoint; redirects are not followed: nobody asked us to send it elsewhere."""
        return self._once("POST", url, {"Content-Type": media_type}, content, self._clock() + self._seconds)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> FetchedPage:
        end = self._clock() + self._seconds
        for _ in range(MOST_REDIRECTS + 1):
            page = self._once(method, url, headers, content, end)
            if page.status not in (301, 302, 303, 307, 308) or "location" not in page.headers:
                return _judged(page)
            url = urljoin(url, page.headers["location"])
        raise Invalid(f"After {MOST_REDIRECTS} redirects there was still no page.", "url")

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, end: float
    ) -> FetchedPage:
        left = end - self._clock()
        if left <= 0:
            raise Unavailable(f"{urlsplit(url).hostname} took more than {self._seconds:.0f} seconds.")
        # What one stranger's page sets must not travel to the next.
        self._client.cookies.clear()
        try:
            with self._client.stream(
                method, url, headers={"User-Agent": USER_AGENT, **headers}, content=content, timeout=left
            ) as response:
                return FetchedPage(
                    str(response.url), response.status_code, response.headers, self._body(response, end)
                )
        except httpx.InvalidURL as error:
            raise Invalid(f"{url[:200]} is not an address: {error}", "url") from None
        except httpx.UnsupportedProtocol:
            raise Invalid(f"{url[:200]} is not an address of the web.", "url") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"{urlsplit(url).hostname} gave no answer ({type(error).__name__}).") from None

    def _body(self, response: httpx.Response, end: float) -> bytes:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > self._largest:
                raise Invalid(f"The page is larger than {self._largest:,} bytes.", "url")
            if self._clock() > end:
                raise Unavailable(f"{response.url.host} took more than {self._seconds:.0f} seconds.")
        return bytes(content)


def _judged(page: FetchedPage) -> FetchedPage:
    host = urlsplit(page.url).hostname
    if page.status in (404, 410):
        raise Gone(f"{host} answered {page.status}: the page is gone.")
    if page.status == 429 or page.status >= 500:
        raise Unavailable(f"{host} answered {page.status}.")
    # 304 is an answer to those who asked whether anything is new.
    if page.status >= 400 or (300 <= page.status < 400 and page.status != 304):
        raise Invalid(f"{host} answered {page.status}.", "url")
    return page
