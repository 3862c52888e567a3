"""What an alarm is about: the mentions to read first, terms, languages, branches, reach, and when it began."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from livingroom.listening.counting import HOUR
from livingroom.listening.models import Mention
from livingroom.listening.spikes.series import EVERYTHING, Scope, Series
from livingroom.listening.topics.folding import fold, words_of
from livingroom.listening.understanding.work import text_of
from livingroom.measure.spikes.central import central_by_tokens
from livingroom.measure.spikes.terms import PRIOR_WEIGHT, NewTerm, new_terms

N_CENTRAL = 5
LONGEST_RUN_UP = 24
MOST_QUIET = 4  # hours in a row that do not end a beginning: the first voices are few
LEAST_USUAL = 0.2
WEEK, FOUR_WEEKS = timedelta(days=7), timedelta(days=28)
EVERY_TEXT = "\0"
MOST_READ = 3000
SHORTEST_TERM = 3
_COLUMNS = ("pk", "at", "title", "text", "language", "branch_id", "network", "author_id", "author_name", "author_handle",
            "author_followers", "negative_share", "sentiment")  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    mentions: Sequence[Mention]
    first_said_at: datetime | None
    central: tuple[int, ...]
    terms: tuple[dict[str, Any], ...]
    languages: dict[str, int]
    branches: dict[int, int]
    loudest: Mention | None
    reach: tuple[int, int]

    def stored(self) -> dict[str, Any]:
        loudest = self.loudest
        return {
            "mentions": list(self.central),
            "terms": list(self.terms),
            "languages": self.languages,
            "branches": {str(branch): n for branch, n in self.branches.items()},
            "reach": list(self.reach),
            "loudest": [loudest.pk, loudest.who, loudest.author_followers] if loudest else None,
            "n": len(self.mentions),
        }


def in_scope(scope: Scope, first: datetime, last: datetime) -> list[Mention]:
    """The mentions that a scope counts, oldest first; of very many, every so many-th is left out by the database's order."""
    rows = Mention.objects.standing().filter(at__gte=first, at__lt=last, understood_at__isnull=False)
    if scope.topic != EVERYTHING:
        rows = rows.filter(matches__topic_id=scope.topic)
    if scope.language:
        rows = rows.filter(language=scope.language)
    if scope.branch:
        rows = rows.filter(branch_id=scope.branch)
    return list(rows.order_by("-at", "-pk").only(*_COLUMNS)[:MOST_READ])[::-1]


def gather(scope: Scope, hour: datetime, series: Series, expected: float) -> Evidence:
    """What an hour that rings is about."""
    return gather_between(scope, run_up(series, expected), hour + HOUR)


def gather_between(scope: Scope, began: datetime, until: datetime) -> Evidence:
    mentions = in_scope(scope, began, until)
    before = in_scope(scope, began - WEEK, began)
    words = [set(_words(mention)) for mention in mentions]
    terms = _terms(mentions, before, in_scope(Scope(EVERYTHING), began - FOUR_WEEKS, began))
    names = {term.term for term in terms[:5]}
    telling = [mention for mention, said in zip(mentions, words, strict=True) if not names or said & names]
    known = [mention for mention in mentions if mention.author_followers]
    by_author = {(one.network, one.author_id): one.author_followers or 0 for one in known}
    return Evidence(
        mentions=mentions,
        first_said_at=(telling or mentions)[0].at if mentions else None,
        central=tuple(mentions[place].pk for place in central_by_tokens(words, N_CENTRAL))
        if mentions
        else (),
        terms=tuple(
            {"term": one.term, "now": one.n_now, "before": one.n_before, "z": round(one.z, 1)}
            for one in terms
        ),
        languages=dict(Counter(mention.language or "?" for mention in mentions).most_common(8)),
        branches=dict(Counter(one.branch_id for one in mentions if one.branch_id).most_common(8)),
        loudest=max(known, key=lambda mention: mention.author_followers or 0, default=None),
        reach=(max(by_author.values(), default=0), sum(by_author.values())),
    )


def _terms(now: Sequence[Mention], before: Sequence[Mention], all_before: Sequence[Mention]) -> list[NewTerm]:
    """Words that are new here, beside what people say at all: a topic that was quiet knows no words of its own."""
    counts, usual = _people(now), _people(all_before)
    # A word that was never said is given the weight of two people: with none at all, not even a thousand voices were sure.
    least = ceil(2 * sum(usual.values()) / PRIOR_WEIGHT)
    unheard = {word: least for word in counts if usual.get(word, 0) < least}
    return new_terms(counts, _people(before), usual | unheard)


def run_up(series: Series, expected: float) -> datetime:
    """Where it began: the first louder hour before the last one, without more than a few quiet hours between."""
    usual = expected + 2 * max(expected, LEAST_USUAL) ** 0.5
    last = began = len(series.n) - 1
    for place in range(last - 1, max(last - LONGEST_RUN_UP, -1), -1):
        if series.n[place] > usual:
            began = place
        elif began - place >= MOST_QUIET:
            break
    return series.last_hour - (last - began) * HOUR


def _words(mention: Mention) -> list[str]:
    return [
        word for word in words_of(fold(text_of(mention))) if len(word) >= SHORTEST_TERM and not word.isdigit()
    ]


def _people(mentions: Sequence[Mention]) -> dict[str, int]:
    """How many people say each word: one who repeats himself makes no new term."""
    people: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for mention in mentions:
        for word in set(_words(mention)):
            people[word].add((mention.network, mention.author_id))
    # One word that is in every text, so that the odds of another that is, too, are still a number.
    return {word: len(who) for word, who in people.items()} | {EVERY_TEXT: 1}


def is_in_joy(term: str, mentions: Sequence[Mention]) -> bool:
    """Whether most of those who say it are glad: a new word of a launch is news, and no trouble."""
    tones = [mention.sentiment for mention in mentions if term in _words(mention)]
    return tones.count(Mention.Sentiment.POSITIVE) * 2 > len(tones)
