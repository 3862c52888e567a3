"""From what somebody wrote to what a branch says: phrases by their names, variables, and the signature. Link and code come last.

A phrase may hold variables but no other phrase, so nothing goes round in circles.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db.models import Q

from livingroom.posts.models import Placement, Post
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.places import covers, place_words
from livingroom.posts.phrases.variables import MADE_LATER, VARIABLES, Facts, host_of, is_variable
from livingroom.shared.places import language_name
from livingroom.shared.problems import Problem

NAMED = re.compile(r"\{([a-z][a-z0-9_-]{0,39})\}")
Signing = Post.Signing


@dataclass(frozen=True)
class Phrasebook:
    """The phrases that some texts name, and the signatures that are in use."""

    by_word: dict[str, Phrase] = field(default_factory=dict)
    signatures: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Said:
    """What a branch says, what a person must mend first, and whose signature stands below."""

    text: str
    first_comment: str = ""
    problems: tuple[Problem, ...] = ()
    signature: Phrase | None = None


def names_in(*texts: str) -> list[str]:
    """The names in braces, each once, in order."""
    return list(dict.fromkeys(name for text in texts for name in NAMED.findall(text)))


def read_phrasebook(texts: Iterable[str], *, signs: bool = True) -> Phrasebook:
    """Read what these texts need, in one query or none. An archived phrase is still what old posts say."""
    words = [name for name in names_in(*texts) if not is_variable(name)]
    wanted = Q(word__in=words)
    if signs:
        wanted |= Q(kind=Phrase.Kind.SIGNATURE, archived_at=None)
    elif not words:
        return Phrasebook()
    rows = list(Phrase.objects.filter(wanted).select_related("host"))
    signatures = [row for row in rows if row.kind == Phrase.Kind.SIGNATURE and row.archived_at is None]
    return Phrasebook({row.word: row for row in rows}, tuple(signatures))


def said_by(placement: Placement) -> Said:
    """What a placement says as it is written now."""
    post = placement.post
    texts = (placement.text, post.first_comment)
    book = read_phrasebook(texts, signs=post.signing != Signing.UNSIGNED)
    facts = Facts(placement.branch, post.offer, post.title)
    return say(*texts, facts=facts, book=book, signing=post.signing)


def say(text: str, first_comment: str = "", *, facts: Facts, book: Phrasebook, signing: str) -> Said:
    """Fill in phrases and variables for one branch, and sign where it signs."""
    signature = signature_for(text, facts, book, signing)
    signed = f"{text.rstrip()}\n\n{signature.mark}" if signature else text
    problems = [problem for name in names_in(signed) for problem in _problems(name, "text", facts, book)]
    problems += [
        problem
        for name in names_in(first_comment)
        for problem in _problems(name, "first_comment", facts, book)
    ]
    if signing == Signing.SIGNED and signature is None and text.strip() and not _names_signature(text, book):
        problems.append(Problem(f"No signature is kept for {facts.branch}.", "signing"))
    return Said(
        _filled(signed, facts, book),
        _filled(first_comment, facts, book),
        tuple(dict.fromkeys(problems)),
        signature,
    )


def signature_for(text: str, facts: Facts, book: Phrasebook, signing: str) -> Phrase | None:
    """The signature that is put at the end: the host's own before the branch's, the narrower before the wider."""
    if signing == Signing.UNSIGNED or not text.strip() or _names_signature(text, book):
        return None
    fitting = [row for row in book.signatures if signs_for(row, facts)]
    if signing == Signing.USUAL:
        fitting = [row for row in fitting if row.is_always]
    return min(fitting, key=lambda row: (row.host_id is None, _width(row), -row.pk), default=None)


def signs_for(signature: Phrase, facts: Facts) -> bool:
    if not covers(signature.places, facts.branch):
        return False
    if signature.host_id is None:
        return True
    host = host_of(facts.branch)
    return host is not None and host.pk == signature.host_id


def unknown_names(text: str) -> list[str]:
    """The names that no variable has: a phrase's own text may hold nothing else."""
    return [name for name in names_in(text) if not is_variable(name)]


def what_stands_for(name: str, known: Iterable[str]) -> str:
    """Say that nothing does, and what was perhaps meant."""
    close = get_close_matches(name, list(known), n=1)
    meant = f" Did you mean {{{close[0]}}}?" if close else ""
    return f"Nothing stands for {{{name}}}.{meant}"


def _problems(name: str, field_name: str, facts: Facts, book: Phrasebook) -> list[Problem]:
    if name in MADE_LATER:
        return []
    if name in VARIABLES:
        return _variable_problems(name, field_name, facts)
    phrase = book.by_word.get(name)
    if phrase is None:
        return [Problem(what_stands_for(name, [*MADE_LATER, *VARIABLES, *_offered_words()]), field_name)]
    text, fits = phrase.text_in(facts.branch.language)
    found = []
    if not covers(phrase.places, facts.branch):
        text_of = f"“{phrase}” is kept for {place_words(phrase.places)}: not for {facts.branch}."
        found.append(Problem(text_of, field_name))
    if not fits and phrase.kind == Phrase.Kind.SNIPPET:
        spoken, wanted = language_name(phrase.languages[0]), language_name(facts.branch.language)
        note = f"“{phrase}” is not written in {wanted}: its {spoken} is said."
        found.append(Problem(note, field_name, blocks=False))
    inner = (problem for each in names_in(text) for problem in _variable_problems(each, field_name, facts))
    return [*found, *inner]


def _variable_problems(name: str, field_name: str, facts: Facts) -> list[Problem]:
    if name not in VARIABLES:
        return []
    if not VARIABLES[name].value(facts):
        return [
            Problem(
                f"{{{name}}} stands for nothing on {facts.branch}: {VARIABLES[name].missing}.", field_name
            )
        ]
    if name == "country" and not facts.branch.language.lower().startswith("en"):
        return [Problem(f"{{country}} is written in English on {facts.branch}.", field_name, blocks=False)]
    return []


def _filled(text: str, facts: Facts, book: Phrasebook) -> str:
    def phrase(match: re.Match[str]) -> str:
        found = book.by_word.get(match[1])
        return found.text_in(facts.branch.language)[0] if found else match[0]

    def variable(match: re.Match[str]) -> str:
        return VARIABLES[match[1]].value(facts) if match[1] in VARIABLES else match[0]

    return NAMED.sub(variable, NAMED.sub(phrase, text))


def _names_signature(text: str, book: Phrasebook) -> bool:
    named = (book.by_word.get(name) for name in names_in(text))
    return any(row is not None and row.kind == Phrase.Kind.SIGNATURE for row in named)


def _offered_words() -> list[str]:
    return list(Phrase.objects.kept().values_list("word", flat=True))


def _width(phrase: Phrase) -> int:
    """How widely it holds: on one branch, in a division, in a country, everywhere."""
    order = {"branch": 0, "division": 1, "country": 2}
    return max((order[each.partition(":")[0]] for each in phrase.places), default=3)
