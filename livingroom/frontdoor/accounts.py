"""One account, however its address was written: mobile pages, old domains, links to single posts, @name@server."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

# Sites by every domain they answer under; what stands before these domains (m., www., de-de.) is the same site.
SITES: dict[str, tuple[str, ...]] = {
    "x": ("x.com", "twitter.com"),
    "facebook": ("facebook.com", "fb.com", "fb.me", "m.me"),
    "instagram": ("instagram.com", "instagr.am"),
    "youtube": ("youtube.com", "youtu.be"),
    "flickr": ("flickr.com", "flic.kr"),
    "bluesky": ("bsky.app",),
    "threads": ("threads.net", "threads.com"),
    "tiktok": ("tiktok.com",),
    "linkedin": ("linkedin.com",),
    "pinterest": ("pinterest.com",),
}
# Words that open a path and are followed by the account's name; {} is a site whose names stand first.
_BEFORE_NAME: dict[str, frozenset[str]] = {
    "x": frozenset(),
    "facebook": frozenset({"pg", "people", "pages", "groups"}),
    "instagram": frozenset({"stories"}),
    "youtube": frozenset({"c", "user", "channel"}),
    "flickr": frozenset({"photos", "people"}),
    "bluesky": frozenset({"profile"}),
    "linkedin": frozenset({"company", "in", "showcase", "school"}),
}
# Words that open paths which belong to no account.
_NOBODYS: dict[str, frozenset[str]] = {
    "x": frozenset({"i", "intent", "search", "hashtag", "share", "home", "explore"}),
    "facebook": frozenset(
        {"sharer", "share", "watch", "events", "hashtag", "photo", "permalink.php", "story.php"}
    ),
    "instagram": frozenset({"p", "reel", "explore", "tv"}),
    "youtube": frozenset({"watch", "playlist", "shorts", "results", "embed", "live"}),
}
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ON_SERVER = re.compile(r"@?([\w.-]+)@([\w.-]+\.[\w-]{2,})", re.UNICODE)
_HANDLE = re.compile(r"@([\w.\-\u200b-\u200f]{1,80})", re.UNICODE)
_BARE = re.compile(r"[\w.\-\u200b-\u200f]{2,80}", re.UNICODE)
_STRAY = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff \t\r\n\"'“”‘’<>()[],;"
LONGEST = 500


class Unreadable(ValueError):
    """This names no account."""


@dataclass(frozen=True)
class Account:
    """`site` is a name of SITES, `mastodon`, a host, or nothing for a bare handle; `name` is in small letters."""

    site: str
    name: str
    host: str = ""
    disguised: bool = False

    @property
    def key(self) -> str:
        return f"{self.site}:{self.name}"


def read_account(text: str) -> Account:
    """Read what somebody pasted. Raises Unreadable."""
    text = text.strip(_STRAY)[:LONGEST]
    if found := _ADDRESS.search(text):
        return read_address(found[0].rstrip(_STRAY + ".!?"))
    if found := _ON_SERVER.fullmatch(text):
        return Account("mastodon", _small(f"{found[1]}@{found[2]}"), _host_of(found[2]))
    if found := _HANDLE.search(text):
        return Account("", _small(found[1]))
    if "/" in text and "." in text.split("/")[0] and " " not in text:
        return read_address(f"https://{text}")
    if _BARE.fullmatch(text):
        # A name with dots may be a host, or a handle that is a host.
        host = _host_of(text) if re.fullmatch(r"[\w.-]+\.[^\W\d_]{2,}", text) else ""
        return Account("", _small(text), host)
    raise Unreadable(text)


@lru_cache(maxsize=4096)  # our own addresses are read for every check
def read_address(url: str) -> Account:
    """Read an address. Raises Unreadable."""
    url = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(url)
        host = _host_of(parts.hostname or "")
        port = parts.port
    except ValueError:
        raise Unreadable(url) from None
    if not host:
        raise Unreadable(url)
    disguised = bool(parts.username and "." in parts.username)
    segments = [_small(unquote(part)) for part in parts.path.split("/") if part]
    site = _site_of(host)
    if site:
        return Account(site, _name_on(site, segments, parts.query), host, disguised)
    if segments and segments[0].startswith("@") and len(segments[0]) > 1:
        user = segments[0][1:]
        return Account("mastodon", user if "@" in user else f"{user}@{host}", host, disguised)
    if len(segments) > 1 and segments[0] == "users":
        return Account("mastodon", f"{segments[1]}@{host}", host, disguised)
    place = f"{host}:{port}" if port else host
    return Account(place, "/".join(segments), place, disguised)


def on_network(network: str, handle: str, server: str = "") -> Account | None:
    """The account of a branch by its network and handle; None where a handle alone names nothing."""
    name = _small(handle.strip().lstrip("@"))
    if network == "mastodon":
        host = _host_of(urlsplit(server).hostname or "") if server else ""
        full = name if "@" in name else f"{name}@{host}"
        return Account("mastodon", full, full.split("@")[1]) if "@" in full.strip("@") else None
    return Account(network, name) if name else None


def _site_of(host: str) -> str:
    for site, domains in SITES.items():
        if any(host == domain or host.endswith(f".{domain}") for domain in domains):
            return site
    return ""


def _name_on(site: str, segments: list[str], query: str) -> str:
    if site == "facebook" and segments[:1] == ["profile.php"]:
        segments = parse_qs(query).get("id", [])
    if segments and segments[0] in _BEFORE_NAME.get(site, ()):
        # facebook.com/pages/Name/123 and /people/Name/123 are told apart by the number at the end.
        by_number = site == "facebook" and segments[0] in {"pages", "people"} and len(segments) > 2
        segments = segments[2:] if by_number else segments[1:]
    if not segments or segments[0] in _NOBODYS.get(site, ()):
        raise Unreadable(site)
    return segments[0].removeprefix("@")


def _host_of(host: str) -> str:
    """A host in the letters that people see: what is written xn--… hides them."""
    host = host.rstrip(".").casefold().removeprefix("www.")
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def _small(text: str) -> str:
    # Not normalised: a letter of another alphabet must stay one, so that it is seen.
    return text.casefold()
