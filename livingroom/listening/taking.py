"""The one door for what is said: each thing once, edits followed, and what cannot be kept set apart with its reason."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction

from livingroom.listening.counting import mark_stale
from livingroom.listening.models import Mention, Poison
from livingroom.listening.signals import mentions_understood
from livingroom.networks.reactions.keeping import names_of
from livingroom.networks.reactions.models import OptOut
from livingroom.people.erasure.suppression import any_erased, is_left_out, suppressed
from livingroom.people.persons import handle_of

log = logging.getLogger("livingroom.listening")
AT_ONCE = 500
LONGEST_TEXT = 20_000
CLOCKS_DIFFER = timedelta(minutes=10)
_LIMITS = {
    "network": 20, "source": 20, "author_id": 300, "author_handle": 200, "author_name": 200, "country": 2, "title": 300,
    "url": 1000, "ref_version": 200, "subject_id": 1000, "under_id": 1000, "text": LONGEST_TEXT, "language": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """One thing that was said, as whatever road it came by tells it. `language` is what the source says of it."""

    network: str
    key: str
    source: str
    kind: str
    at: datetime
    author_id: str
    text: str
    author_handle: str = ""
    author_name: str = ""
    author_followers: int | None = None
    is_public: bool = True
    title: str = ""
    language: str = ""
    country: str = ""
    url: str = ""
    ref_version: str = ""
    subject_id: str = ""
    under_id: str = ""
    connection_id: int | None = None
    branch_id: int | None = None


@dataclass
class Taken:
    """What became of a batch. `refused` has the reason by its place in the batch."""

    n_new: int = 0
    n_changed: int = 0
    n_known: int = 0
    n_left_out: int = 0
    refused: Mapping[int, str] | None = None

    @property
    def n_refused(self) -> int:
        return len(self.refused or {})


class CannotKeep(ValueError):
    """Why one thing cannot be kept, in words for people."""


def take_in(heard: Sequence[Heard], *, now: datetime, keep_poison: bool = True) -> Taken:
    """Keep what was said. What is known and says the same is left alone; other words for it are an edit.

    What cannot be kept never holds up the rest: it goes to the poison with its reason, unless the caller shows it.
    """
    taken, refused = Taken(), {}
    out = _left_out(heard)
    for start in range(0, len(heard), AT_ONCE):
        rows: dict[tuple[str, str], tuple[int, Mention]] = {}
        for place, one in enumerate(heard[start : start + AT_ONCE], start):
            if place in out:
                taken.n_left_out += 1
                continue
            try:
                row = _row(one, now)
            except CannotKeep as problem:
                refused[place] = str(problem)
                continue
            # Within one batch the last word on a thing stands.
            rows[row.network, row.key] = (place, row)
        refused |= _keep(list(rows.values()), taken, now)
    taken.refused = refused
    if keep_poison and refused:
        Poison.objects.bulk_create([_poison(heard[place], reason, now) for place, reason in refused.items()])
    return taken


def forget(network: str, keys: Iterable[str], *, now: datetime) -> int:
    """What was taken back at its source goes here, too: its words at once, in the rooms above as well. Returns how many."""
    with transaction.atomic():
        gone = list(Mention.objects.filter(network=network, key__in=list(keys), gone_at=None))
        rows = Mention.objects.filter(pk__in=[mention.pk for mention in gone])
        rows.update(gone_at=now, text="", title="", reasons={}, terms=[])
        mark_stale(mention.at for mention in gone)
        if known := list(rows.exclude(understood_at=None)):
            mentions_understood.send(sender=Mention, mentions=known, now=now)
    return len(gone)


def _left_out(heard: Sequence[Heard]) -> set[int]:
    """Places of what people said who asked us to keep nothing of theirs."""
    names = [names_of(one.author_id, one.author_handle, one.url) for one in heard]
    every = {name for some in names for name in some}
    erased = _erased(heard)
    outs: set[tuple[str, str]] = set()
    for start in range(0, len(every), AT_ONCE):
        some = list(every)[start : start + AT_ONCE]
        outs.update(OptOut.objects.filter(who__in=some).values_list("network", "who"))
    if not outs:
        return erased
    return erased | {
        place
        for place, one in enumerate(heard)
        if any(("", name) in outs or (one.network, name) in outs for name in names[place])
    }


def _erased(heard: Sequence[Heard]) -> set[int]:
    """Places of what was said by people who were erased since."""
    if not any_erased():
        return set()
    pairs = [handle_of(one.network, one.author_id) for one in heard]
    found = suppressed(set(pairs))
    return {
        place
        for place, (one, pair) in enumerate(zip(heard, pairs, strict=True))
        if is_left_out(found, pair, one.at)
    }


def _row(one: Heard, now: datetime) -> Mention:
    if not one.key.strip():
        raise CannotKeep("It has no id, so it could not be told from others.")
    if one.kind not in Mention.Kind.values:
        raise CannotKeep(f"{one.kind!r} is no kind of mention; there are {', '.join(Mention.Kind.values)}.")
    if one.at.tzinfo is None:
        raise CannotKeep("Its time has no zone.")
    if one.at > now + CLOCKS_DIFFER:
        raise CannotKeep(f"It says it was said at {one.at:%Y-%m-%d %H:%M}, which is still to come.")
    if one.at.year < 1995:
        raise CannotKeep(f"It says it was said in {one.at.year}.")
    # PostgreSQL takes no sign of the value 0 in a text.
    given: dict[str, Any] = {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in asdict(one).items()
    }
    for name, most in _LIMITS.items():
        given[name] = given[name][:most]
    followers = one.author_followers
    given["author_followers"] = None if followers is None or followers < 0 else min(followers, 2_000_000_000)
    return Mention(**given | {"key": given["key"][:300]}, heard_at=now)


def _keep(rows: list[tuple[int, Mention]], taken: Taken, now: datetime) -> dict[int, str]:
    """Write them together; where that fails, halve until the one that cannot be written stands alone."""
    if not rows:
        return {}
    try:
        with transaction.atomic():
            n_new, n_changed = _write([row for _, row in rows], now)
    except (DatabaseError, ValueError) as problem:
        if len(rows) == 1:
            log.warning("A mention of %s was set apart: %s", rows[0][1].network, problem)
            return {rows[0][0]: f"It cannot be written: {str(problem).splitlines()[0]}"[:300]}
        middle = len(rows) // 2
        return _keep(rows[:middle], taken, now) | _keep(rows[middle:], taken, now)
    taken.n_new += n_new
    taken.n_changed += n_changed
    taken.n_known += len(rows) - n_new - n_changed
    return {}


def _write(rows: list[Mention], now: datetime) -> tuple[int, int]:
    known: dict[tuple[str, str], Mention] = {}
    for network in {row.network for row in rows}:
        keys = [row.key for row in rows if row.network == network]
        for row in Mention.objects.filter(network=network, key__in=keys):
            known[row.network, row.key] = row
    new = [row for row in rows if (row.network, row.key) not in known]
    # Another worker may bring the same at the same moment: the constraint decides, and its row stands.
    Mention.objects.bulk_create(new, ignore_conflicts=True)
    changed = [
        there
        for row in rows
        if (there := known.get((row.network, row.key))) is not None and _take_over(there, row, now)
    ]
    Mention.objects.bulk_update(
        changed,
        ["text", "title", "edited_at", "gone_at", "understood_at", "poison", "connection", "branch", "kind",
         "subject_id", "under_id", "is_public", "author_followers"],
        batch_size=100,
    )  # fmt: skip
    mark_stale(row.at for row in changed)
    return len(new), len(changed)


def _take_over(there: Mention, fresh: Mention, now: datetime) -> bool:
    """Bring a known mention up to what is told now. Returns whether anything changed."""
    changed = False
    if fresh.text != there.text or fresh.title != there.title:
        if there.gone_at is None and there.text:
            there.edited_at = now
        there.text, there.title, there.understood_at, there.poison = fresh.text, fresh.title, None, ""
        changed = True
    if there.gone_at is not None and fresh.text:
        there.gone_at, changed = None, True
    if there.branch_id is None and fresh.branch_id is not None:
        # First found by a search, now known to be said to us.
        there.branch_id, there.connection_id, there.kind = fresh.branch_id, fresh.connection_id, fresh.kind
        there.subject_id, there.under_id = fresh.subject_id, fresh.under_id
        there.understood_at, changed = None, True
    if fresh.author_followers is not None and fresh.author_followers != there.author_followers:
        there.author_followers, changed = fresh.author_followers, True
    return changed


def _poison(one: Heard, reason: str, now: datetime) -> Poison:
    content: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(one).items()
    }
    content = {
        name: value.replace("\0", "�") if isinstance(value, str) else value for name, value in content.items()
    }
    return Poison(
        source=f"{one.source}, {one.network}"[:80], content={"heard": content}, reason=reason[:300], at=now
    )


def heard_from(content: Mapping[str, Any]) -> Heard:
    """Read back what `_poison` wrote. Raises CannotKeep."""
    names = {field.name for field in fields(Heard)}
    try:
        return Heard(
            **{name: value for name, value in content.items() if name in names}
            | {"at": datetime.fromisoformat(str(content["at"]))}
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise CannotKeep(f"It cannot be read: {problem}") from None
