"""Conversations of one person: on the customer's page, and for their export."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from livingroom.inbox.csat.models import Asked
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.people.export.registry import Sheet
from livingroom.people.models import Customer
from livingroom.people.persons import Person

MOST_SHOWN = 20


def part_of(customer: Customer) -> Mapping[str, Any]:
    cases = Conversation.objects.filter(author__customer=customer).select_related("branch", "author")
    return {
        "authors": Author.objects.filter(customer=customer).order_by("network", "pk"),
        "conversations": cases.order_by("-last_message_at", "-pk")[:MOST_SHOWN],
        "n_conversations": cases.count(),
    }


def sheets_of(person: Person) -> Sequence[Sheet]:
    """Their own words and our answers to them. Notes among ourselves, and what others said in the same thread, are not theirs."""
    authors = person.numbers("authors")
    cases = Conversation.objects.filter(author__in=authors).order_by("opened_at")
    ours = Q(conversation__in=cases, direction=Message.Direction.OUT, state=Message.State.SENT)
    said = Message.objects.filter(Q(author__in=authors) | ours).order_by("conversation", "at", "pk")
    answered = Asked.objects.filter(author__in=authors).order_by("closed_at")
    return [
        Sheet(
            "authors",
            "Names you write under",
            Author.objects.filter(pk__in=authors).values(
                "network", "author_id", "handle", "name", "language", "country", "first_seen_at"
            ),
        ),
        Sheet(
            "conversations",
            "Conversations",
            cases.values(
                "id",
                "network",
                "subject",
                "kind",
                "state",
                "opened_at",
                "closed_at",
                branch_name=F("branch__name"),
            ),
        ),
        Sheet(
            "messages",
            "What was said",
            said.values("conversation_id", "direction", "at", "text", "is_public"),
        ),
        Sheet(
            "ratings",
            "How happy you were",
            answered.values("conversation_id", "rating", "comment", "answered_at"),
        ),
    ]
