"""What routing looks at, and whether a rule fits it."""

from collections.abc import Sequence
from dataclasses import dataclass

from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.routing.models import Pick, RoutingRule
from livingroom.shared.folding import words_of

# With ten examples a subject, the surest four in five are 94 % right (docs/methods/words.md).
SURE_FROM = 0.5
OFFERED = 3


@dataclass(frozen=True)
class Facts:
    """What is known of one conversation when it is routed."""

    said_to: int | None
    network: str
    country: str
    language: str
    about: str
    about_share: float
    terms: frozenset[str]
    words: str
    candidates: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        return bool(self.about) and self.about_share >= SURE_FROM


def facts_of(conversations: Sequence[Conversation]) -> dict[int, Facts]:
    """Return what is known of each: three queries, however many there are."""
    first: dict[int, Message] = {}
    rows = Message.objects.filter(conversation__in=conversations, direction=Message.Direction.IN)
    for message in rows.select_related("mention").order_by("at", "pk"):
        first.setdefault(message.conversation_id, message)
    picked = dict(
        Pick.objects.filter(conversation__in=conversations)
        .exclude(picked="")
        .values_list("conversation", "picked")
    )
    return {found.pk: _facts(found, first.get(found.pk), picked.get(found.pk, "")) for found in conversations}


def fits(rule: RoutingRule, facts: Facts) -> bool:
    """Say whether a rule fits; what it does not name it does not ask."""
    return (
        (rule.said_to_id is None or rule.said_to_id == facts.said_to)
        and (not rule.networks or facts.network in rule.networks)
        and (not rule.countries or facts.country in rule.countries)
        and (not rule.languages or facts.language in rule.languages)
        and (not rule.abouts or (facts.is_sure and facts.about in rule.abouts))
        and (not rule.terms or any(_is_named(term, facts) for term in rule.terms))
    )


def folded(text: str) -> str:
    """Return the words without case and accents, between spaces, so that whole words are found."""
    return f" {' '.join(words_of(text))} "


def _is_named(term: str, facts: Facts) -> bool:
    return term in facts.terms or folded(term) in facts.words


def _facts(conversation: Conversation, message: Message | None, picked: str) -> Facts:
    mention = message.mention if message else None
    about = picked or conversation.about or (mention.subject if mention else "")
    share = mention.subject_share if mention and mention.subject == about and not picked else None
    return Facts(
        said_to=mention.branch_id if mention else conversation.branch_id,
        network=conversation.network,
        country=conversation.country,
        language=conversation.language,
        about=about,
        about_share=1.0 if about and share is None else share or 0.0,  # a person said so
        terms=frozenset(map(str, mention.terms)) if mention else frozenset(),
        words=folded(f"{conversation.subject} {message.text if message else ''}"),
        candidates=tuple(map(str, mention.reasons.get("subjects", [])))[:OFFERED] if mention else (),
    )
