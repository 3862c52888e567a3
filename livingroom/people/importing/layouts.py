"""What the columns of a file of customers mean: as Shopify and WooCommerce export them, or as a mapping says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from livingroom.people.importing.models import CustomerMapping
from livingroom.shared.addresses import mail_hash
from livingroom.shared.places import countries

COLUMNS: dict[str, str] = {
    "number": "Customer number in the shop",
    "mail": "Mail address (kept as a hash)",
    "country": "Country",
    "language": "Language",
    "first_seen_at": "First seen",
    "consent": "Agreed (yes or no)",
    "consent_at": "When they agreed",
    "purpose": "What they agreed to",
}
SHOPIFY, WOOCOMMERCE = "shopify", "woocommerce"
READY: dict[str, tuple[str, dict[str, str]]] = {
    SHOPIFY: (
        "Shopify's customer export, as it is",
        {
            "number": "Customer ID", "mail": "Email", "country": "Default Address Country Code",
            "consent": "Accepts Email Marketing",
        },
    ),
    WOOCOMMERCE: (
        "WooCommerce's customer export, as it is",
        {"number": "Username", "mail": "Email", "country": "Country / Region", "first_seen_at": "Sign Up"},
    ),
}  # fmt: skip
_YES = {"yes", "y", "true", "1", "subscribed", "ja", "oui", "si", "sí", "sim"}
_NO = {"", "no", "n", "false", "0", "unsubscribed", "not_subscribed", "nein", "non", "não", "nao"}
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


class BadCell(ValueError):
    """A row cannot be read; the words say why. `column` is the file's own name of it."""

    def __init__(self, text: str, column: str = "") -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True)
class Layout:
    """How a file names what we look for."""

    name: str
    columns: Mapping[str, str]
    date_format: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @property
    def needed(self) -> list[str]:
        """Without a number or an address nobody can be known again: the file must have one of the two."""
        return [self.columns[name] for name in ("number", "mail") if name in self.columns]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one row says of a customer. The address is hashed already."""

    number: str
    mail: str
    country: str
    language: str
    first_seen_at: datetime | None
    consent: bool | None
    consent_at: datetime | None
    purpose: str


def layout_called(name: str) -> Layout:
    """A ready layout, or the mapping saved under this name. Raises CustomerMapping.DoesNotExist."""
    if name in READY:
        return Layout(name, READY[name][1])
    mapping = CustomerMapping.objects.get(name=name)
    return Layout(name, mapping.columns, mapping.date_format, ZoneInfo(mapping.time_zone))


def layout_choices() -> list[tuple[str, str]]:
    own = [(name, name) for name in CustomerMapping.objects.values_list("name", flat=True)]
    return [*((name, title) for name, (title, _) in READY.items()), *own]


def facts_of(layout: Layout, cells: Mapping[str, str], now: datetime) -> Facts:
    """Read one row. Raises BadCell."""
    said = {name: cells.get(column, "").strip() for name, column in layout.columns.items()}
    number = said.get("number", "").lstrip("'")
    mail = said.get("mail", "")
    if mail and ("@" not in mail.strip("@") or " " in mail) and not mail.startswith("mail:"):
        raise BadCell("This is no mail address.", layout.columns["mail"])
    if not number and not mail:
        raise BadCell("There is neither a customer number nor a mail address.", layout.needed[0])
    return Facts(
        number=number[:100],
        mail=mail_hash(mail),
        country=_country(said.get("country", ""), layout),
        language=said.get("language", "").replace("_", "-").lower()[:8],
        first_seen_at=_time(layout, said, "first_seen_at", now),
        consent=_yes_or_no(said["consent"], layout) if "consent" in said else None,
        consent_at=_time(layout, said, "consent_at", now),
        purpose=said.get("purpose", "")[:60].lower(),
    )


def _country(text: str, layout: Layout) -> str:
    known = countries()
    if not text or text.upper() in known:
        return text.upper()
    by_name = {str(name).casefold(): code for code, name in known.items()}
    if text.casefold() not in by_name:
        raise BadCell("This is no country; write its two letters.", layout.columns["country"])
    return by_name[text.casefold()]


def _yes_or_no(text: str, layout: Layout) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise BadCell("This is neither yes nor no.", layout.columns["consent"])


def _time(layout: Layout, said: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    text = said.get(name, "")
    if not text:
        return None
    found = _read_time(text, layout.date_format)
    if found is None:
        raise BadCell(
            "This is no time, or not written as the file is said to write it.", layout.columns[name]
        )
    at = found if found.tzinfo else found.replace(tzinfo=layout.zone)
    if at > now:
        raise BadCell("This time is still to come.", layout.columns[name])
    return at.astimezone(UTC)


def _read_time(text: str, date_format: str) -> datetime | None:
    try:
        if not date_format:
            return datetime.fromisoformat(text)
        return datetime.strptime(text, date_format)  # noqa: DTZ007 - the zone is the layout's, given by the caller
    except ValueError:
        pass
    for written in _FORMATS:
        try:
            return datetime.strptime(text, written)  # noqa: DTZ007 - the zone is the layout's, given by the caller
        except ValueError:
            continue
    return None
