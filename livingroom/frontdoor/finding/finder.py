"""Which branch is right for a question: points for what agrees, each with the reason that a visitor reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from livingroom.frontdoor.doors import Door
from livingroom.frontdoor.finding.language import detect_language
from livingroom.frontdoor.finding.topics import (
    PURPOSES,
    Meaning,
    names_of_countries,
    read_meaning,
    topics_named_by,
)
from livingroom.frontdoor.languages import Language
from livingroom.shared.folding import fold, stem, words_of

# What counts how much. A language nobody there speaks weighs more than any topic: an answer that cannot be read is none.
WANTED_LANGUAGE, SPOKEN_LANGUAGE, READERS_LANGUAGE, OTHER_LANGUAGE = 6.0, 4.0, 2.0, -4.0
NAMED_COUNTRY, OTHER_COUNTRY, HOME_COUNTRY, WHOLE_WORLD = 5.0, -3.0, 1.5, 1.0
PURPOSE, PRODUCT, TOPIC, OFFERED = 3.0, 2.0, 2.0, 1.5
SURE_FROM, SURE_BEFORE = 5.0, 0.5
SHOWN = 4
FAR = 6.0
SHORTEST_WORD = 4


@dataclass(frozen=True)
class Reason:
    """A message of the front door and its values; values are codes or words that the page writes out."""

    key: str
    language: str = ""
    country: str = ""
    topic: str = ""


@dataclass
class Match:
    door: Door
    points: float = 0.0
    reasons: list[Reason] = field(default_factory=list)

    def add(self, points: float, reason: Reason | None = None) -> None:
        self.points += points
        if reason is not None and reason not in self.reasons:
            self.reasons.append(reason)


@dataclass(frozen=True)
class Found:
    question: str
    language: str
    is_sure: bool
    matches: tuple[Match, ...]

    @property
    def best(self) -> Match | None:
        return self.matches[0] if self.matches and self.is_sure else None

    @property
    def others(self) -> tuple[Match, ...]:
        return self.matches[1:] if self.is_sure else self.matches


def find(
    question: str,
    doors: Sequence[Door],
    *,
    offered: Mapping[int, str],
    reader: Language,
    home: str = "",
    brand: str = "",
) -> Found:
    """Rank the doors for a question.

    `offered` holds, by branch, the words of its offers; `reader` is the language of the page and `home` the country
    that the browser names; the brand's own name says nothing about which branch is meant.
    """
    meaning, language = read_meaning(question), detect_language(question)
    # The brand's name, and names of countries, which count on their own.
    own = {*words_of(brand), "".join(words_of(brand))} | names_of_countries()
    matches = [Match(door) for door in doors]
    for match in matches:
        _weigh_language(match, meaning, language, reader)
        _weigh_country(match, meaning, home)
        _weigh_purpose(match, meaning)
        _weigh_topics(match, meaning, offered.get(match.door.pk, ""), own)
    matches.sort(key=lambda match: (-match.points, -match.door.followers, match.door.name))
    near = [match for match in matches[:SHOWN] if match.points > max(0.0, matches[0].points - FAR)]
    return Found(question, language, _is_sure(matches), tuple(near or matches[:SHOWN]))


def _is_sure(matches: Sequence[Match]) -> bool:
    if not matches or matches[0].points < SURE_FROM:
        return False
    return len(matches) == 1 or matches[0].points - matches[1].points >= SURE_BEFORE


def _weigh_language(match: Match, meaning: Meaning, language: str, reader: Language) -> None:
    spoken = match.door.language.split("-")[0]
    if meaning.languages:
        if spoken in meaning.languages:
            match.add(WANTED_LANGUAGE, Reason("why_wanted", language=match.door.language))
        else:
            match.add(OTHER_LANGUAGE)
    elif language:
        agrees = spoken == language
        reason = Reason("why_language", language=match.door.language)
        match.add(SPOKEN_LANGUAGE if agrees else OTHER_LANGUAGE, reason if agrees else None)
    elif spoken == reader.code:
        match.add(READERS_LANGUAGE, Reason("why_reader", language=match.door.language))


def _weigh_country(match: Match, meaning: Meaning, home: str) -> None:
    country = match.door.country
    if meaning.countries:
        if country in meaning.countries:
            match.add(NAMED_COUNTRY, Reason("why_country", country=country))
        else:
            match.add(OTHER_COUNTRY if country else WHOLE_WORLD, None if country else Reason("why_world"))
    elif home and country == home:
        match.add(HOME_COUNTRY, Reason("why_home", country=country))


def _weigh_purpose(match: Match, meaning: Meaning) -> None:
    if meaning.purposes:
        most = max(meaning.purposes.values())
        if n := meaning.purposes.get(match.door.purpose, 0):
            match.add(PURPOSE * n / most, Reason(f"why_{match.door.purpose}"))
    elif meaning.names_product and match.door.purpose == "sales":
        match.add(PRODUCT, Reason("why_product"))


def _weigh_topics(match: Match, meaning: Meaning, offers: str, own: set[str]) -> None:
    """Interests and division by topic or by word; the name by word; offers by word."""
    asked = set(meaning.topics)
    words = {stem(word) for word in set(meaning.words) - own if len(word) >= SHORTEST_WORD}
    for interest in (*match.door.interests, match.door.division):
        named = topics_named_by(interest) - set(PURPOSES)
        if named & asked or words & _stems(interest):
            match.add(TOPIC, Reason("why_topic", topic=interest))
    _weigh_words(match, words, f"{match.door.name} {match.door.about}", "why_topic")
    _weigh_words(match, words, offers, "why_offers")


def _weigh_words(match: Match, words: set[str], said: str, key: str) -> None:
    told = {stem(fold(reason.topic)) for reason in match.reasons}
    hits = sorted((words & _stems(said)) - told)
    if hits:
        match.add(OFFERED, Reason(key, topic=hits[0]))


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words_of(text)))
