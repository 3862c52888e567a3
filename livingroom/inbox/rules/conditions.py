"""What a rule looks at, and whether it fits, with its reasons in words. Plain: the dry run asks the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livingroom.inbox.models import Conversation
from livingroom.shared.folding import words_of


@dataclass(frozen=True)
class Happening:
    """Something came from outside: words, silence or a rating. What rules do is none, so they never set each other off."""

    when: str
    because: str
    conversation: Conversation
    at: datetime
    text: str = ""
    is_open: bool = True
    rating: int | None = None
    hours_waiting: float = 0.0


Test = Callable[[Any, Happening], str]


def why_it_fits(
    when: str, hours: int, conditions: Mapping[str, Any], happening: Happening
) -> list[str] | None:
    """Return the reasons for which a rule fits, or None. What is left empty is not asked."""
    if when != happening.when:
        return None
    if when == "unanswered" and happening.hours_waiting < hours:
        return None
    reasons = [BEGINNING[when].format(hours=hours, rating=happening.rating)]
    for name, wanted in conditions.items():
        if wanted in (None, "", []):
            continue
        test = TESTS.get(name)
        reason = test(wanted, happening) if test else ""
        if not reason:
            return None
        reasons.append(reason)
    return reasons


def _one_of(title: str, value: Callable[[Conversation], str]) -> Test:
    def test(wanted: Any, happening: Happening) -> str:
        found = value(happening.conversation)
        return (
            f"{title} is {found}" if found and found.lower() in {str(one).lower() for one in wanted} else ""
        )

    return test


def _words(wanted: Any, happening: Happening) -> str:
    """Whole words, whatever their case and accents; a phrase is its words one after the other."""
    said = f" {' '.join(words_of(happening.text))} "
    found = next(
        (one for one in wanted if (words := words_of(str(one))) and f" {' '.join(words)} " in said), None
    )
    return f"it says “{found}”" if found else ""


def _not_words(wanted: Any, happening: Happening) -> str:
    return "" if _words(wanted, happening) else f"it does not say “{'”, “'.join(map(str, wanted))}”"


def _tags(wanted: Any, happening: Happening) -> str:
    both = sorted(set(map(str, wanted)) & set(happening.conversation.tags))
    return f"it is tagged {both[0]}" if both else ""


def _in_hours(wanted: Any, happening: Happening) -> str:
    if (wanted == "yes") != happening.is_open:
        return ""
    return "it was in business hours" if happening.is_open else "it was outside business hours"


def _customer(wanted: Any, happening: Happening) -> str:
    is_known = happening.conversation.author.customer_id is not None
    if (wanted == "yes") != is_known:
        return ""
    return "they bought from us" if is_known else "we know of no order of theirs"


def _followers(wanted: Any, happening: Happening) -> str:
    n = happening.conversation.author.followers
    return f"{n:,} people follow them" if n is not None and n >= int(wanted) else ""


def _rating(wanted: Any, happening: Happening) -> str:
    is_low = happening.rating is not None and happening.rating <= int(wanted)
    return f"they rated us {happening.rating}" if is_low else ""


BEGINNING = {
    "opened": "a conversation was opened",
    "said": "a message came",
    "unanswered": "nobody has answered for {hours} hours",
    "rated": "the customer rated us {rating}",
}
TESTS: Mapping[str, Test] = {
    "branches": _one_of("the branch", lambda row: row.branch.slug if row.branch else ""),
    "networks": _one_of("the network", lambda row: row.network),
    "languages": _one_of("the language", lambda row: row.language[:2]),
    "countries": _one_of("the country", lambda row: row.country),
    "kinds": _one_of("the kind", lambda row: row.kind),
    "abouts": _one_of("the subject", lambda row: row.about),
    "words": _words,
    "not_words": _not_words,
    "tags": _tags,
    "in_hours": _in_hours,
    "customer": _customer,
    "followers_from": _followers,
    "rating_to": _rating,
}
