"""The same moment on the clocks of everybody who may read of it. Pure, but for the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from livingroom.shared.tongues import Words


@dataclass(frozen=True)
class OnTheClock:
    """A moment as these places read it."""

    text: str
    places: str


def said(at: datetime, zone: str, words: Words) -> str:
    """Sun, 22 Nov 2026, 19:00, in the words of a language."""
    local = at.astimezone(ZoneInfo(zone))
    weekday, month = words["weekdays"].split()[local.weekday()], words["months"].split()[local.month - 1]
    return f"{weekday}, {local.day} {month} {local.year}, {local:%H:%M}"


def span(starts_at: datetime, ends_at: datetime, zone: str, words: Words) -> str:
    """From when to when; the day once, where it is the same."""
    first, last = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    if first.date() == last.date():
        return f"{said(starts_at, zone, words)}–{last:%H:%M}"
    return f"{said(starts_at, zone, words)} – {said(ends_at, zone, words)}"


def zone_name(zone: str) -> str:
    """America/Sao_Paulo is Sao Paulo."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def clocks(
    starts_at: datetime, ends_at: datetime, zones: Iterable[str], own: str, words: Words
) -> list[OnTheClock]:
    """The moment in other zones than its own, westernmost first; places whose clocks agree stand together."""
    same: dict[str, list[str]] = {}
    offset = {zone: starts_at.astimezone(ZoneInfo(zone)).utcoffset() for zone in set(zones) - {own}}
    for zone in sorted(offset, key=lambda name: (offset[name], name)):
        if offset[zone] != starts_at.astimezone(ZoneInfo(own)).utcoffset():
            same.setdefault(span(starts_at, ends_at, zone, words), []).append(zone_name(zone))
    return [OnTheClock(text, ", ".join(sorted(set(names)))) for text, names in same.items()]
