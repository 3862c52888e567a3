"""Find promises in what we wrote: a sentence that says we will do something, and the day it names."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from livingroom.inbox.company.promise_words import NUMBERS, WORDS, PromiseWords

# A day without an hour means before people go home.
EVENING = time(17)
FRIDAY = 4
SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
ISO_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@dataclass(frozen=True)
class FoundPromise:
    """The sentence, and by when."""

    words: str
    due_at: datetime


def find_promises(text: str, language: str, said_at: datetime, zone: str = "UTC") -> list[FoundPromise]:
    """Return the promises of a text: only sentences that promise and name a time.

    Parameters: `language` two letters; one nobody knows is read as English. `zone` is where the branch's evening is.
    """
    words = WORDS.get(language[:2].lower(), WORDS["en"])
    local = said_at.astimezone(ZoneInfo(zone))
    found = []
    for sentence in _sentences(text):
        plain = _plain(sentence)
        due = _due(plain, words, local) if re.search(words.promise, plain) else None
        if due is not None:
            found.append(FoundPromise(sentence[:200], due.astimezone(UTC)))
    return found


def _due(plain: str, words: PromiseWords, local: datetime) -> datetime | None:
    """The time that a sentence names, the surest way of naming one first."""
    if named := ISO_DAY.search(plain):
        return _on_day(named, local)
    if span := re.search(words.within, plain):
        return _after(span, words, local)
    if re.search(words.after_tomorrow, plain):
        return _evening(local, 2)
    if re.search(words.tomorrow, plain):
        return _evening(local, 1)
    if re.search(words.next_week, plain):
        return _evening(local, FRIDAY - local.weekday() + 7)
    if (weekday := _weekday(plain, words)) is not None:
        return _evening(local, (weekday - local.weekday() - 1) % 7 + 1)
    if re.search(words.end_of_week, plain):
        return _evening(local, max(FRIDAY - local.weekday(), 0))
    if re.search(words.today, plain):
        return _evening(local, 0)
    return None


def _weekday(plain: str, words: PromiseWords) -> int | None:
    return next(
        (n for n, name in enumerate(words.weekdays) if re.search(rf"\b{name}(?:-feira)?\b", plain)), None
    )


def _after(span: re.Match[str], words: PromiseWords, local: datetime) -> datetime:
    n = int(span[1]) if span[1].isdigit() else NUMBERS.get(span[1], 1)
    if re.match(words.hours, span[2]):
        return local + timedelta(hours=n)
    return _evening(local, n * 7 if re.match(words.weeks, span[2]) else n)


def _on_day(named: re.Match[str], local: datetime) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(named[0]), EVENING, local.tzinfo)
    except ValueError:
        return None


def _evening(local: datetime, days: int) -> datetime:
    """The evening of a day from now; where that is over already, in two hours."""
    evening = datetime.combine(local.date() + timedelta(days=days), EVENING, local.tzinfo)
    return evening if evening > local else local + timedelta(hours=2)


def _sentences(text: str) -> Iterator[str]:
    for found in SENTENCE.finditer(text):
        if sentence := " ".join(found[0].split()):
            yield sentence


def _plain(sentence: str) -> str:
    """Small letters without accents, so that `mañana` and `manana` are one word."""
    apart = unicodedata.normalize("NFKD", sentence.casefold().replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
