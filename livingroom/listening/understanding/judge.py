"""The one who guesses: language, spam, tone, subject and terms. Kept in the process, made anew after every lesson."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from livingroom.branches.models import Branch
from livingroom.listening.models import Correction, Lesson, Topic
from livingroom.listening.topics.parsing import QueryProblem, parse
from livingroom.listening.topics.tree import All, AnyOf, Either, Near, Node, Words
from livingroom.measure.words import guesses
from livingroom.measure.words.terms import Term
from livingroom.measure.words.understanding import Understanding
from livingroom.shared.models import Brand

log = logging.getLogger("livingroom.listening")
LANGUAGES = ("en", "es", "pt", "fr", "de")
LEARNT_KINDS: dict[str, guesses.Kind] = {"spam": "spam", "sentiment": "sentiment", "subject": "topic"}
MOST_EXAMPLES = 20_000

_lock = threading.Lock()
_kept: "dict[tuple[int, tuple[str, ...], tuple[str, ...]], Judge]" = {}


@dataclass(frozen=True)
class Judge:
    lesson: int
    understanding: Understanding


def judge() -> Judge:
    """Return the judge of the latest lesson; made when the lesson, our languages or our terms have changed."""
    lesson = Lesson.objects.order_by("-number").first()
    languages, terms = brand_languages(), brand_terms()
    key = (lesson.number if lesson else 0, languages, terms)
    with _lock:
        if key not in _kept:
            made = Judge(key[0], make(languages, terms, examples(lesson.upto) if lesson else []))
            _kept.clear()
            _kept[key] = made
        return _kept[key]


def make(
    languages: Sequence[str], terms: Sequence[str], taught: Sequence[guesses.Correction]
) -> Understanding:
    # Sentences as numbers are slow, and only subjects cannot do without them.
    has_subjects = len({one.right for one in taught if one.kind == "topic"}) > 1
    return Understanding(
        languages, terms=[Term(term, (term,)) for term in terms], examples=taught, embeddings=has_subjects
    )


def examples(upto: int) -> list[guesses.Correction]:
    """Return people's words up to one of them, oldest first, as the measuring room learns them."""
    rows = (
        Correction.objects.filter(kind__in=LEARNT_KINDS, pk__lte=upto)
        .exclude(mention__text="")
        .exclude(is_now="")
        .order_by("-pk")
        .values_list("kind", "mention__text", "is_now")[:MOST_EXAMPLES]
    )
    return [guesses.Correction(LEARNT_KINDS[kind], text, right) for kind, text, right in reversed(rows)]


def brand_languages() -> tuple[str, ...]:
    """The languages that our branches speak, by their first two letters."""
    found = {code[:2].lower() for code in Branch.objects.open().values_list("language", flat=True) if code}
    return tuple(sorted(found)) if len(found) > 1 else LANGUAGES


def brand_terms() -> tuple[str, ...]:
    """The brand's name and the words that running topics ask for: what stands out in a text."""
    found = {Brand.current().name}
    for query in Topic.objects.running().values_list("current__query", flat=True):
        try:
            found.update(" ".join(term.words) for term in _terms(parse(query)) if not term.is_prefix)
        except QueryProblem:
            continue
    return tuple(sorted(term for term in found if len(term) > 2))


def _terms(node: Node | Either) -> list[Words]:
    match node:
        case Words():
            return [node]
        case All(parts) | AnyOf(parts):
            return [term for part in parts for term in _terms(part)]
        case Either(terms):
            return list(terms)
        case Near(left, right):
            return [*_terms(left), *_terms(right)]
        case _:
            return []
