"""What `{branch}`, `{host}` and the others stand for in a post on one branch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language_info

from livingroom.branches.models import Branch, Host
from livingroom.branches.queries import network_title
from livingroom.posts.models import Offer
from livingroom.shared.models import Brand
from livingroom.shared.money import format_money
from livingroom.shared.places import country_name

# These are made for each placement and put in when it is rendered.
MADE_LATER = {"link": "the placement’s short link", "code": "its code"}
# Languages that write 15% and not 15 %.
_CLOSE_PERCENT = ("en", "pt", "it", "nl", "ja", "zh", "ko", "tr", "he")


@dataclass(frozen=True)
class Facts:
    """What is known about a post on a branch."""

    branch: Branch
    offer: Offer | None = None
    title: str = ""


@dataclass(frozen=True)
class Variable:
    """A name, what it is in words, how to find it, and what is missing when it is empty."""

    about: str
    value: Callable[[Facts], str]
    missing: str = ""


def host_of(branch: Branch) -> Host | None:
    """The face of a branch: its lead, else the first of its hosts."""
    return branch.lead or next(iter(branch.hosts.all()), None)


def _host_name(facts: Facts) -> str:
    host = host_of(facts.branch)
    return host.name if host else ""


def _initials(facts: Facts) -> str:
    host = host_of(facts.branch)
    return host.initials if host else ""


def _language(facts: Facts) -> str:
    try:
        return str(get_language_info(facts.branch.language.lower())["name_local"])
    except KeyError:
        return facts.branch.language


def _discount(facts: Facts) -> str:
    """What is taken off, as the branch's language writes it: 15 %, 15%, 20.00 USD; of a bundle what comes with it."""
    offer = facts.offer
    if offer is None:
        return ""
    if offer.kind == Offer.Kind.PERCENT and offer.percent is not None:
        language = facts.branch.language.lower()
        with translation.override(language):
            amount = str(number_format(Decimal(f"{Decimal(offer.percent).normalize():f}"), use_l10n=True))
        return f"{amount}%" if language.startswith(_CLOSE_PERCENT) else f"{amount}\u00a0%"
    if offer.kind == Offer.Kind.AMOUNT and offer.amount_minor is not None:
        return format_money(offer.amount_minor, offer.currency)
    return offer.bundle


def _starts_on(facts: Facts) -> str:
    return _day(facts.offer.starts_at, facts.branch) if facts.offer else ""


def _ends_on(facts: Facts) -> str:
    return _day(facts.offer.ends_at, facts.branch) if facts.offer else ""


def _day(at: datetime, branch: Branch) -> str:
    """A day on the branch's clock, as its language writes it."""
    with translation.override(branch.language.lower()):
        return str(date_format(at.astimezone(branch.zone), "DATE_FORMAT", use_l10n=True))


def _of_offer(name: str) -> Callable[[Facts], str]:
    return lambda facts: str(getattr(facts.offer, name, "") or "")


NO_OFFER = "the post has no offer"
VARIABLES: dict[str, Variable] = {
    "branch": Variable("the branch’s name", lambda facts: facts.branch.name),
    "handle": Variable("its handle", lambda facts: facts.branch.handle),
    "network": Variable("its network", lambda facts: network_title(facts.branch.network)),
    "host": Variable("the face of the branch", _host_name, "nobody is its host"),
    "initials": Variable("the host’s initials", _initials, "nobody is its host"),
    "country": Variable(
        "its country, in English", lambda facts: country_name(facts.branch.country), "it speaks to the world"
    ),
    "language": Variable("its language, in that language", _language),
    "division": Variable("its division", lambda facts: facts.branch.division, "it belongs to no division"),
    "brand": Variable("the brand", lambda facts: Brand.current().name),
    "title": Variable("the post’s title", lambda facts: facts.title, "the post has no title"),
    "offer": Variable("the offer’s name", _of_offer("name"), NO_OFFER),
    "discount": Variable("what is taken off", _discount, NO_OFFER),
    "products": Variable("what the offer is for", _of_offer("products"), "the offer names no products"),
    "terms": Variable("the offer’s terms", _of_offer("terms"), "the offer has no terms"),
    "starts_on": Variable("the offer’s first day", _starts_on, NO_OFFER),
    "ends_on": Variable("the offer’s last day", _ends_on, NO_OFFER),
}


def is_variable(name: str) -> bool:
    return name in VARIABLES or name in MADE_LATER


def described() -> list[tuple[str, str]]:
    """Every variable with what it stands for, for help texts and the composer."""
    return [*MADE_LATER.items(), *((name, variable.about) for name, variable in VARIABLES.items())]
