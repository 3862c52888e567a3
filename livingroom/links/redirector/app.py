"""The redirector's application: find the link, write the click down, answer. Runs on Granian's RSGI."""

import time
from collections.abc import Callable
from functools import lru_cache

from livingroom.links.redirector import answers
from livingroom.links.redirector.answers import REDIRECT
from livingroom.links.redirector.cache import CachedLink, LinkCache, Target
from livingroom.links.redirector.click_id import ClickIds
from livingroom.links.redirector.clicks import JournalClick, encode
from livingroom.links.redirector.journal import Journal
from livingroom.links.redirector.lookup import Lookup, LookupUnavailable
from livingroom.links.redirector.protocol import HttpProtocol, Request, RequestHeaders
from livingroom.links.redirector.visitor import DailyKeys, bare_address, cookie_in, network_prefix, new_cookie

HEALTH = "/-/health"
_PURPOSE_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")


class Redirector:
    def __init__(
        self,
        *,
        cache: LinkCache,
        lookup: Lookup,
        journal: Journal,
        keys: DailyKeys,
        visitor_cookie: Callable[[], str],
        health: Callable[[bool], str],
        trusted_proxies: int = 0,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._cache, self._lookup, self._journal, self._keys = cache, lookup, journal, keys
        self._visitor_cookie, self._health = visitor_cookie, health
        self._trusted_proxies = trusted_proxies
        self._ids = ClickIds()
        self._answers_for = lru_cache(1024)(lambda host: not hosts or _bare(host) in hosts)

    async def handle(self, request: Request, proto: HttpProtocol) -> None:
        path, method, headers = request.path, request.method, request.headers
        host = request.authority or headers.get("host") or ""
        if method not in ("GET", "HEAD"):
            answers.wrong_method(proto, method)
        elif path == HEALTH:
            answers.json(proto, method, self._health(self._is_from_this_machine(request)))
        elif not self._answers_for(host):
            answers.not_found(proto, method)
        else:
            try:
                link = self._cache.get(path[1:]) or await self._lookup.find(path[1:])
            except LookupUnavailable:
                return answers.try_again(proto, method)
            if link is None:
                return answers.not_found(proto, method)
            return await self._follow(request, proto, link, host)
        return None

    async def _follow(self, request: Request, proto: HttpProtocol, link: CachedLink, host: str) -> None:
        now = time.time_ns() // 1000
        target = link.target_at(now)
        if target is None:
            answers.stopped(proto, request.method)
        else:
            await self._redirect(request, proto, link, target, host, now)

    async def _redirect(
        self, request: Request, proto: HttpProtocol, link: CachedLink, target: Target, host: str, now: int
    ) -> None:
        """The answer waits for the click; the visitor's own query is dropped, so nothing in it can change where they land."""
        headers, method = request.headers, request.method
        click_id = self._ids.new(now // 1000)
        agent = headers.get("user-agent") or ""
        address = self._address(request.client, headers)
        visitor, cookie = self._visitor(headers, method, host, address, agent, now)
        click = JournalClick(
            click_id, now, link.id, link.is_test, visitor, network_prefix(address), method,
            _purpose(headers), _referrer_host(headers.get("referer")), agent,
        )  # fmt: skip
        landed = self._journal.append(encode(click))
        answer = [("location", target.with_click(click_id)), *REDIRECT]
        if cookie:
            answer.append(("set-cookie", cookie))
        if landed is not None:
            await landed
        proto.response_empty(302, answer)

    def _visitor(
        self, headers: RequestHeaders, method: str, host: str, address: str, agent: str, now: int
    ) -> tuple[str, str]:
        """Who this is, and the cookie to set, if any: only where the brand says so and the visitor does not object."""
        if self._visitor_cookie() == "always" and headers.get("sec-gpc") != "1" and headers.get("dnt") != "1":
            known = cookie_in(headers.get("cookie"))
            if known:
                return f"c:{known}", ""
            if method == "GET" and agent:
                value, cookie = new_cookie(host)
                return f"c:{value}", cookie
        return f"d:{self._keys.hash(now, address, agent, host)}", ""

    def _address(self, client: str, headers: RequestHeaders) -> str:
        """The visitor's address: the connection's, or what the outermost of our own proxies wrote down."""
        if self._trusted_proxies:
            chain = [
                part.strip() for part in (headers.get("x-forwarded-for") or "").split(",") if part.strip()
            ]
            if chain:
                return bare_address(chain[-min(self._trusted_proxies, len(chain))])
        return client.rpartition(":")[0].strip("[]")

    def _is_from_this_machine(self, request: Request) -> bool:
        """Numbers are for the house; a proxy's visitors get the one word only."""
        if request.headers.get("x-forwarded-for") is not None or request.headers.get("forwarded") is not None:
            return False
        return self._address(request.client, request.headers).removeprefix("::ffff:") in ("127.0.0.1", "::1")


def _purpose(headers: RequestHeaders) -> str:
    for name in _PURPOSE_HEADERS:
        value = headers.get(name)
        if value is not None:
            return f"{name}={value[:60]}".replace("\x1f", " ")
    return ""


def _referrer_host(referrer: str | None) -> str:
    """The host alone: the page a visitor came from may say more about them than we need."""
    if not referrer:
        return ""
    host = referrer.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    host = host.rpartition("@")[2][:253].lower()
    return host if host.isprintable() else ""


def _bare(host: str) -> str:
    """A host without its port, in lower case."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()
