"""The official branches as visitors see them: read once for a page, in a few queries however many there are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery

from livingroom.branches.answering import answering_of
from livingroom.branches.interests import interest_in
from livingroom.branches.models import Branch, face_url
from livingroom.branches.queries import network_title
from livingroom.branches.roster import hosts_on_duty
from livingroom.frontdoor.languages import Language
from livingroom.posts.models import Placement
from livingroom.shared.folding import fold, words_of

WORLD = "world"
LONGEST_WORDS = 180
_LINK = re.compile(r"\{link\}|https?://\S+")
_FACTS = (
    "pk", "slug", "name", "network", "handle", "url", "purpose", "division", "country", "language", "interests",
    "about", "followers", "time_zone", "opened_on", "lead_id",
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    name: str
    initials: str
    picture: str = ""
    is_here: bool = False


@dataclass(frozen=True)
class LastWords:
    text: str
    on: date
    url: str = ""


@dataclass(frozen=True)
class Door:
    """One branch, ready to print in any language. Equal doors look the same."""

    pk: int
    slug: str
    name: str
    network: str
    handle: str
    url: str
    purpose: str
    division: str
    country: str
    language: str
    interests: tuple[str, ...]
    about: str
    followers: int
    time_zone: str
    opened_on: date
    lead_id: int | None = None
    faces: tuple[Face, ...] = ()
    answer_minutes: int | None = None
    last_words: LastWords | None = None

    @property
    def network_title(self) -> str:
        return network_title(self.network)

    @property
    def place(self) -> str:
        return self.country or WORLD

    @cached_property
    def said(self) -> str:
        """What a search looks through, in every language alike."""
        facts = (self.name, self.handle, self.network, self.division, self.about, *map(str, self.interests))
        return fold(" ".join(facts))


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed by: pairs of value and words."""

    country: list[tuple[str, str]]
    language: list[tuple[str, str]]
    purpose: list[tuple[str, str]]
    interest: list[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    code: str
    name: str
    doors: list[Door]


def open_doors() -> list[Door]:
    """Return every open branch with what its own row says: one query."""
    rows = Branch.objects.open().values_list(*_FACTS)
    return [_door(row) for row in rows]


def door_of(slug: str) -> Door | None:
    row = Branch.objects.open().filter(slug=slug).values_list(*_FACTS).first()
    return _door(row) if row else None


def furnished(doors: Sequence[Door], now: datetime) -> list[Door]:
    """Add faces, speed of answers and last words to the doors that are shown."""
    ids = [door.pk for door in doors]
    faces, spoken, speeds = _faces(ids, now), _last_words(ids), answering_of(ids, now)
    return [
        replace(
            door,
            faces=_lead_first(faces.get(door.pk, []), door.lead_id),
            answer_minutes=speeds[door.pk].median_minutes if door.pk in speeds else None,
            last_words=spoken.get(door.pk),
        )
        for door in doors
    ]


def narrow(doors: Iterable[Door], chosen: dict[str, str], language: Language) -> list[Door]:
    """Keep the doors that agree with everything chosen; an empty choice agrees with all."""
    words = words_of(chosen.get("q", ""))
    return [door for door in doors if _agrees(door, chosen) and _has_words(door, words, language)]


def choices_among(doors: Sequence[Door], language: Language) -> Choices:
    by_words = _by_words
    return Choices(
        country=sorted(
            {(door.place, language.country(door.country)) for door in doors},
            key=lambda pair: (pair[0] != WORLD, fold(pair[1])),
        ),
        language=by_words({(door.language, language.language(door.language)) for door in doors}),
        purpose=[
            (one, language.say(one)) for one in Branch.Purpose.values if any(d.purpose == one for d in doors)
        ],
        interest=by_words(
            {(fold(word), interest_in(word, language.code)) for door in doors for word in door.interests}
        ),
    )


def in_order(doors: Iterable[Door], language: Language, home: str) -> list[Door]:
    """The visitor's own country first, then those for the whole world, then by the country's name."""
    return sorted(
        doors,
        key=lambda door: (
            door.country != home or not home,
            door.country != "",
            fold(language.country(door.country)),
            -door.followers,
            door.name,
        ),
    )


def grouped(doors: Iterable[Door], language: Language) -> list[Group]:
    """Group doors that follow each other by country, in the order they come."""
    groups: dict[str, Group] = {}
    for door in doors:
        name = language.country(door.country)
        groups.setdefault(door.place, Group(door.place, name, [])).doors.append(door)
    return list(groups.values())


def _door(row: Sequence[Any]) -> Door:
    facts = dict(zip(_FACTS, row, strict=True))
    return Door(**{**facts, "interests": tuple(map(str, facts["interests"]))})


def _agrees(door: Door, chosen: dict[str, str]) -> bool:
    facts = {"country": door.place, "language": door.language, "purpose": door.purpose}
    wanted = chosen.get("interest", "")
    if wanted and wanted not in {fold(word) for word in door.interests}:
        return False
    return all(not chosen.get(name) or chosen[name] == fact for name, fact in facts.items())


def _has_words(door: Door, words: list[str], language: Language) -> bool:
    if not words:
        return True
    shown = (language.country(door.country), language.language(door.language), language.say(door.purpose))
    said = f"{door.said} {fold(' '.join(shown))}"
    return all(word in said for word in words)


def _by_words(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """One pair for each value, in the order of words."""
    return sorted(dict(sorted(pairs, reverse=True)).items(), key=lambda pair: fold(pair[1]))


def _faces(ids: Sequence[int], now: datetime) -> dict[int, list[tuple[int, Face]]]:
    here = hosts_on_duty(ids, now)
    rows = Branch.hosts.through.objects.filter(branch_id__in=ids).order_by("host__name")
    found: dict[int, list[tuple[int, Face]]] = {}
    for branch_id, host_id, name, initials, picture in rows.values_list(
        "branch_id", "host_id", "host__name", "host__initials", "host__face"
    ):
        face = Face(name, initials, face_url(picture), host_id in here.get(branch_id, set()))
        found.setdefault(branch_id, []).append((host_id, face))
    return found


def _lead_first(faces: list[tuple[int, Face]], lead_id: int | None) -> tuple[Face, ...]:
    return tuple(face for _, face in sorted(faces, key=lambda pair: pair[0] != lead_id))


def _last_words(ids: Sequence[int]) -> dict[int, LastWords]:
    # What begins with a name was said to one person. A code belongs to its placement alone: shown here, it would leak.
    without_code = Placement.objects.filter(state=Placement.State.SENT, code_kind=Placement.Codes.NONE)
    said = without_code.exclude(sent_text__startswith="@")
    sent = said.filter(branch=OuterRef("pk")).order_by("-sent_at")
    newest = (
        Branch.objects.filter(pk__in=ids).annotate(newest=Subquery(sent.values("pk")[:1])).values("newest")
    )
    rows = Placement.objects.filter(pk__in=newest).values_list(
        "branch_id", "sent_text", "sent_at", "remote_url"
    )
    return {
        branch_id: LastWords(_shortened(text), at.date(), url if url.startswith("http") else "")
        for branch_id, text, at, url in rows
        if text and at
    }


def _shortened(text: str) -> str:
    """The post as people read it. Where its link stood nothing stands: a click here is none of that placement's."""
    words = " ".join(_LINK.sub("", text).split())
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1].rsplit(' ', 1)[0]}…"
