"""Is this account really ours? Answered from the branches alone; nobody outside is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings

from livingroom.branches.models import Branch
from livingroom.branches.queries import network_title
from livingroom.frontdoor.accounts import SITES, Account, Unreadable, on_network, read_account, read_address
from livingroom.frontdoor.likeness import SHORTEST, Likeness, likeness, skeleton
from livingroom.shared.models import Brand

Kind = Literal["ours", "name", "house", "closed", "lookalike", "not_ours", "unreadable"]


@dataclass(frozen=True)
class Known:
    """One of our accounts, under every key it is known by."""

    slug: str
    name: str
    network: str
    handle: str
    url: str
    closed_on: date | None
    accounts: tuple[Account, ...] = field(repr=False)

    @property
    def network_title(self) -> str:
        return network_title(self.network)


@dataclass(frozen=True)
class Verdict:
    kind: Kind
    account: Account | None = None
    branch: Known | None = None
    networks: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()

    @property
    def is_ours(self) -> bool:
        return self.kind in {"ours", "house"}

    @property
    def may_be_reported(self) -> bool:
        return self.kind in {"lookalike", "not_ours", "name", "closed"}


def check(text: str) -> Verdict:
    """Say whether what somebody pasted is ours."""
    try:
        account = read_account(text)
    except Unreadable:
        return Verdict("unreadable")
    return judge(account, known_accounts(), brand=Brand.current())


def judge(account: Account, known: Sequence[Known], *, brand: Brand) -> Verdict:
    """Compare one account with all of ours."""
    mine = [one for one in known if any(_is_same(account, other) for other in one.accounts)]
    if account.disguised:
        return Verdict("lookalike", account, _first(mine), reasons=(("how_host", account.host),))
    if mine:
        still = [one for one in mine if one.closed_on is None]
        return Verdict("ours", account, still[0]) if still else Verdict("closed", account, mine[0])
    if account.site == account.host and is_our_host(account.host, brand):
        return Verdict("house", account)
    open_ones = [one for one in known if one.closed_on is None]
    if not account.site:
        return _judge_bare(account, open_ones, brand)
    return _judge_stranger(account, open_ones, brand)


def known_accounts() -> list[Known]:
    """Every branch there is or was: one query."""
    rows = Branch.objects.select_related("connection").only(
        "slug", "name", "network", "handle", "url", "closed_on", "connection__url", "connection__server_url"
    )
    return [
        Known(one.slug, one.name, one.network, one.handle, one.url, one.closed_on, tuple(_accounts_of(one)))
        for one in rows
    ]


def our_hosts(brand: Brand) -> set[str]:
    """The hosts of the house itself, its short links and the shops it sends people to."""
    own = {urlsplit(url).netloc.casefold() for url in (settings.PUBLIC_URL, settings.SHORT_URL)}
    return {host.removeprefix("www.") for host in own | brand.allowed_hosts if host}


def is_our_host(host: str, brand: Brand) -> bool:
    """Say whether a host is ours: one of those we named, below one, or in the same domain when that has our name."""
    name, labels = skeleton(brand.name), host.split(".")
    for ours in our_hosts(brand) if host else ():
        shared = _shared_labels(labels, ours.split("."))
        if (
            host == ours
            or host.endswith(f".{ours}")
            or (len(shared) > 1 and shared[0] != "www" and skeleton(shared[0]) == name)
        ):
            return True
    return False


def _shared_labels(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """The end that two hosts share: cornerpc.example of www. and shop.cornerpc.example."""
    shared: list[str] = []
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if mine != theirs:
            break
        shared.insert(0, mine)
    return shared


def _accounts_of(branch: Branch) -> Iterable[Account]:
    server = branch.connection.server_url if branch.connection else ""
    if found := on_network(branch.network, branch.handle, server):
        yield found
    urls = [branch.url, branch.connection.url if branch.connection else ""]
    for url in urls:
        # Our own sandbox writes its addresses from the root of the house.
        full = f"{settings.PUBLIC_URL}{url}" if url.startswith("/") else url
        try:
            if full:
                yield read_address(full)
        except Unreadable:
            continue


def _is_same(account: Account, ours: Account) -> bool:
    if account.key == ours.key:
        return True
    if account.site == ours.site and ours.site == ours.host:
        # A blog, forum or wiki: everything below its address is the same place.
        return not ours.name or account.name.startswith(f"{ours.name}/")
    # A handle that is a host (Bluesky's) may be pasted bare, and so may the host of a place.
    bare_host = not account.site and bool(account.host)
    return bare_host and (
        (ours.site == "bluesky" and ours.name == account.name)
        or (ours.site == account.host and not ours.name)
    )


def _judge_bare(account: Account, known: Sequence[Known], brand: Brand) -> Verdict:
    """A handle without a network is ours on some of them, or on none."""
    if is_our_host(account.host, brand):
        return Verdict("house", account)
    same = [one for one in known if any(_handle_of(other) == account.name for other in one.accounts)]
    if same:
        return Verdict("name", account, same[0], networks=_titles(same))
    return _judge_stranger(account, known, brand)


def _judge_stranger(account: Account, known: Sequence[Known], brand: Brand) -> Verdict:
    name = _handle_of(account)
    reasons = list(_hosts_disguise(account, known, brand))
    elsewhere = (
        [one for one in known if any(_handle_of(other) == name for other in one.accounts)] if name else []
    )
    if elsewhere:
        reasons.append(("how_network", ", ".join(_titles(elsewhere))))
    # Another place on the host of one of ours, such as a second blog of the same service, does not resemble it.
    is_neighbour = any(other.site == account.site == account.host for one in known for other in one.accounts)
    resembled, why = (
        (None, None) if elsewhere or is_neighbour else _nearest(name or account.host, known, brand)
    )
    if why is not None and not (reasons and why.how == "added"):
        reasons.append((f"how_{why.how}", why.detail))
    if not reasons:
        return Verdict("not_ours", account)
    return Verdict("lookalike", account, _first(elsewhere) or resembled, reasons=tuple(reasons))


def _nearest(name: str, known: Sequence[Known], brand: Brand) -> tuple[Known | None, Likeness | None]:
    """Our account that a name resembles most: other letters before spelling before words added."""
    order = {"letters": 0, "spelling": 1, "added": 2}
    found: list[tuple[tuple[int, int], Known | None, Likeness]] = []
    for one in known:
        for ours in {_handle_of(other) for other in one.accounts}:
            if ours and (why := likeness(name, ours)):
                found.append(((order[why.how], -len(ours)), one, why))
    joined = "".join(brand.name.casefold().split())
    if len(skeleton(joined)) >= SHORTEST and (why := likeness(name, joined)):
        found.append(((order[why.how] + 1, 0), None, why))
    if not found:
        return None, None
    _, resembled, why = min(found, key=lambda row: row[0])
    return resembled, why


def _hosts_disguise(account: Account, known: Sequence[Known], brand: Brand) -> Iterable[tuple[str, str]]:
    """An address whose host only looks like ours, or like a network's."""
    if not account.host or account.site in SITES:
        return
    sites = {domain for domains in SITES.values() for domain in domains}
    own = our_hosts(brand) | {
        other.host for one in known for other in one.accounts if other.host == other.site
    }
    for host in sorted((sites | own) - {account.host}):
        is_front = account.host.startswith(f"{host}.") or f".{host}." in account.host
        why = likeness(account.host, host) if len(host) > SHORTEST else None
        if is_front or (why is not None and why.how in {"letters", "spelling"}):
            yield "how_host", account.host
            return


def _handle_of(account: Account) -> str:
    """The part of an account's name that people choose."""
    if account.site == "mastodon":
        return account.name.split("@")[0]
    return "" if account.site and account.site == account.host else account.name


def _titles(known: Iterable[Known]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.network_title for one in known))


def _first(known: Sequence[Known]) -> Known | None:
    return known[0] if known else None
