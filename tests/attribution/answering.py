"""What the inbox does, for tests of what came after it: somebody wrote to a branch, and a person of ours answered."""

from datetime import datetime
from itertools import count

from livingroom.branches.models import Branch
from livingroom.inbox.answered import note_sent
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.people.models import Customer

_numbers = count(1)


def conversation(branch: Branch | None, at: datetime, customer: Customer | None = None) -> Conversation:
    number = next(_numbers)
    author = Author.objects.create(
        network="x", author_id=f"author-{number}", customer=customer, first_seen_at=at
    )
    case = Conversation.objects.create(
        network="x", thread_key=f"thread {number}", author=author, branch=branch, opened_at=at, last_message_at=at
    )  # fmt: skip
    Message.objects.create(conversation=case, direction="in", author=author, at=at, text="Is it quiet?")
    return case


def answer(
    case: Conversation, at: datetime, text: str = "As a library", *, by_machine: bool = False
) -> Message:
    message = Message.objects.create(
        conversation=case, direction="out", state="sent", at=at, text=text, is_automatic=by_machine
    )
    note_sent(message, at)
    return message


def answered(
    branch: Branch | None, at: datetime, customer: Customer | None, text: str = "As a library"
) -> Message:
    return answer(conversation(branch, at, customer), at, text)
