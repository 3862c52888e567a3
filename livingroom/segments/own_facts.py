"""The facts this room tells itself: where people live, what they speak, how we know them, what they bought."""

from collections.abc import Sequence

from django.db.models import Count

from livingroom.branches.models import Branch
from livingroom.people.models import Consent, Handle
from livingroom.segments.facts import Fact, Kind, add_fact
from livingroom.segments.models import PersonFacts, Tag
from livingroom.shared.places import country_name, language_name

MAIL, SHOP = "mail", "shop"
MOST_CHOICES = 300


def add_own_facts() -> None:
    for fact in OWN:
        add_fact(fact)


def tag_choices(name: str) -> Sequence[tuple[str, str]]:
    """The words that people have, and those that branches stand for."""
    known = set(Tag.objects.filter(fact=name).values_list("value", flat=True)[:MOST_CHOICES])
    if name == "interest":
        known |= {
            word for words in Branch.objects.open().values_list("interests", flat=True) for word in words
        }
    if name == "division":
        known |= set(Branch.objects.open().exclude(division="").values_list("division", flat=True))
    if name == "network":
        known |= {MAIL, SHOP, *Branch.objects.open().values_list("network", flat=True)}
    if name == "consent":
        known |= set(Consent.objects.order_by().values_list("purpose", flat=True).distinct()[:MOST_CHOICES])
    return [(word, word) for word in sorted(known)]


def country_choices() -> Sequence[tuple[str, str]]:
    known = {*_common("country"), *Branch.objects.open().values_list("country", flat=True)} - {""}
    return sorted(((code, country_name(code)) for code in known), key=lambda pair: pair[1])


def language_choices() -> Sequence[tuple[str, str]]:
    known = {*_common("language"), *Branch.objects.open().values_list("language", flat=True)} - {""}
    return sorted(((code, language_name(code)) for code in known), key=lambda pair: pair[1])


def _common(column: str) -> list[str]:
    rows = PersonFacts.objects.exclude(**{column: ""}).order_by().values_list(column).annotate(n=Count("pk"))
    return [value for value, _ in rows]


def network_of(kind: str, value: str) -> str:
    """How a handle is called among the networks."""
    if kind == Handle.Kind.NETWORK:
        return value.partition(":")[0]
    return MAIL if kind == Handle.Kind.MAIL else SHOP


_TIMES = {"at_least": "bought at least {times}", "at_most": "bought at most {times}"}
_YEAR = {name: f"{phrase} in a year" for name, phrase in _TIMES.items()}
OWN: tuple[Fact, ...] = (
    Fact("country", "Country", Kind.CHOICE, {"is": "lives in {values}", "is_not": "does not live in {values}"},
         column="country", on_branches="country", choices=country_choices),
    Fact("language", "Language", Kind.CHOICE, {"is": "speaks {values}", "is_not": "does not speak {values}"},
         column="language", on_branches="language", choices=language_choices),
    Fact("interest", "Interest", Kind.TAGS,
         {"is": "interested in {values}", "is_all": "interested in {all}", "is_not": "not interested in {values}"},
         on_branches="interests", choices=lambda: tag_choices("interest")),
    Fact("division", "Division bought from", Kind.TAGS,
         {"is": "bought from {values}", "is_all": "bought from {all}", "is_not": "did not buy from {values}"},
         on_branches="division", choices=lambda: tag_choices("division")),
    Fact("network", "Known by", Kind.TAGS,
         {"is": "known by {values}", "is_all": "known by {all}", "is_not": "not known by {values}"},
         on_branches="network", choices=lambda: tag_choices("network")),
    Fact("orders", "Orders ever", Kind.NUMBER, _TIMES, column="n_orders"),
    Fact("orders_year", "Orders in a year", Kind.NUMBER, _YEAR, column="n_orders_year"),
    Fact("net", "Net revenue ever", Kind.MONEY, {"at_least": "brought at least {money}", "at_most": "brought at most {money}"},
         column="net_minor"),
    Fact("net_year", "Net revenue in a year", Kind.MONEY,
         {"at_least": "brought at least {money} in a year", "at_most": "brought at most {money} in a year"},
         column="net_year_minor"),
    Fact("first_order", "First order", Kind.DAY,
         {"within_days": "first bought within {n} days", "not_within_days": "did not first buy within {n} days",
          "since": "first bought on or after {day}", "before": "first bought before {day}"}, column="first_on"),
    Fact("last_order", "Last order", Kind.DAY,
         {"within_days": "bought within {n} days", "not_within_days": "did not buy within {n} days",
          "since": "last bought on or after {day}", "before": "last bought before {day}"}, column="last_on"),
    Fact("recency", "Recency band", Kind.BAND, {"is": "last bought {values}", "is_not": "did not last buy {values}"}),
    Fact("frequency", "Frequency band", Kind.BAND, {"is": "bought {values}", "is_not": "did not buy {values}"}),
    Fact("money", "Money band", Kind.BAND, {"is": "is in money band {values}", "is_not": "is not in money band {values}"}),
    Fact("product", "Product bought", Kind.TAGS,
         {"is": "bought {values}", "is_all": "bought {all}", "is_not": "did not buy {values}"},
         choices=lambda: tag_choices("product"), words=(2,)),
    Fact("code", "Code used", Kind.TAGS,
         {"is": "used the code {values}", "is_all": "used the codes {all}", "is_not": "did not use the code {values}"},
         choices=lambda: tag_choices("code"), words=()),
    Fact("consent", "Said yes to", Kind.TAGS,
         {"is": "said yes to {values}", "is_all": "said yes to {all}", "is_not": "did not say yes to {values}"},
         choices=lambda: tag_choices("consent")),
    Fact("withdrawn", "Took a yes back", Kind.TAGS, is_offered=False),
)  # fmt: skip
