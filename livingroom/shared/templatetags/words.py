"""Filters that write figures, times and names the same way on every page."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from livingroom.shared import money as purse
from livingroom.shared.places import country_name as name_of_country
from livingroom.shared.places import language_name as name_of_language
from livingroom.shared.tongues import day_in

register = template.Library()

NOTHING = "–"


@register.filter
def money(minor: int | None, currency: str) -> str:
    """To the cent: {{ order.net_minor|money:order.currency }} writes $1,234.50."""
    return NOTHING if minor is None else purse.format_money(minor, currency)


@register.filter
def money_whole(minor: int | None, currency: str) -> str:
    """Without cents, for tables of large sums: $6,543,211."""
    return NOTHING if minor is None else purse.format_money(minor, currency, "whole")


@register.filter
def money_rounded(minor: object, currency: str) -> str:
    """As money_whole, for sums that were worked out and are no whole number of cents; what nobody can say is a dash."""
    return purse.format_money(round(minor), currency, "whole") if isinstance(minor, int | float) else NOTHING


@register.filter
def money_compact(minor: int | None, currency: str) -> str:
    """At a glance, for tiles: $6.54 M."""
    return NOTHING if minor is None else purse.format_money(minor, currency, "compact")


@register.filter
def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """With thousands set apart: 12,345."""
    return NOTHING if value is None else f"{value:,.{decimals}f}".replace("-", purse.MINUS)


@register.filter
def number_compact(value: int | Decimal | None) -> str:
    """At a glance, for tiles: 3.46 M. Below ten thousand every digit is written."""
    if value is None:
        return NOTHING
    return number(value) if -10_000 < value < 10_000 else purse.compact(value)


@register.filter
def percent(share: float | Decimal | None, decimals: int = 1) -> str:
    """A share between 0 and 1 as per cent: 0.123 is 12.3%."""
    return NOTHING if share is None else f"{share * 100:,.{decimals}f}%".replace("-", purse.MINUS)


@register.filter
def when(at: datetime | None, zone: str = "") -> str:
    """A moment with its zone: 22 Nov 2009, 03:49 UTC. Another zone by name: {{ at|when:"America/Sao_Paulo" }}."""
    if at is None:
        return NOTHING
    local = at.astimezone(ZoneInfo(zone) if zone else timezone.get_current_timezone())
    name = local.tzname() or ""
    # Zones without a name of their own, such as São Paulo's, are written by their distance from UTC.
    return f"{local.day} {local:%b %Y, %H:%M} {name if name.isalpha() else 'UTC' + name.replace('-', purse.MINUS)}"


@register.filter
def day(on: date | None) -> str:
    """22 Nov 2009. A moment is taken in the current zone."""
    if on is None:
        return NOTHING
    local = timezone.localtime(on) if isinstance(on, datetime) else on
    return f"{local.day} {local:%b %Y}"


@register.filter
def day_for(on: date | None, language: str) -> str:
    """The day as a visitor's language writes it: 22. November 2009."""
    if on is None:
        return NOTHING
    return day_in(timezone.localtime(on).date() if isinstance(on, datetime) else on, language)


@register.filter
def unbroken(words: str) -> str:
    """What a reader takes in at one glance is not torn in two at the end of a line: n = 2,410."""
    return str(words).replace("n = ", "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")


@register.filter
def machine_time(at: datetime | None) -> str:
    """For <time datetime="…">: 2009-11-22T03:49:00Z."""
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@register.filter
def country_name(code: str | None) -> str:
    """BR is Brazil. A code nobody knows is written as it is."""
    return name_of_country(code or "")


@register.filter
def language_name(code: str | None) -> str:
    """pt-br is Brazilian Portuguese. A code nobody knows is written as it is."""
    return name_of_language(code or "")
