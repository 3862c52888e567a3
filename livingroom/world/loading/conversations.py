"""What Corner PC's people answered: the conversations that the mentions opened get their answers and ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
from django.db.models import OuterRef, Subquery

from livingroom.branches.models import Branch, Host
from livingroom.inbox.counting import preview_of
from livingroom.inbox.models import Conversation, Message, Step, Team
from livingroom.inbox.reports.rolling import day_of, mark_stale
from livingroom.listening.models import Mention
from livingroom.people.models import Staff
from livingroom.shared.rows import write_back
from livingroom.world.generate import World
from livingroom.world.loading.askers import know_askers
from livingroom.world.loading.house import demo_staff, make_staff
from livingroom.world.loading.mentions import note_answers
from livingroom.world.period import draws

AGENTS = (
    ("Anna Reyes", "en"),
    ("Ben Okafor", "en"),
    ("Carla Souza", "pt"),
    ("Diego Marín", "es"),
    ("Eva Brandt", "de"),
)
MEDIAN_MINUTES, SPREAD = 48.0, 1.15
ANSWERED_SHARE, THANKED_SHARE = 0.94, 0.35
GIVEN_UP_AFTER = timedelta(days=14)  # nobody answered, and nobody asked again
TAGS = {"complaint": "repair", "question": "advice", "praise": "praise"}
KINDS = Conversation.Kind
WRITTEN = (
    "owner", "team", "kind", "state", "tags", "n_messages", "n_out", "last_out_at", "last_message_at", "preview",
    "waiting_since", "first_answered_at", "first_answered_by", "closed_at", "closed_by", "version",
)  # fmt: skip


@dataclass
class Written:
    """Rows on their way into the tables."""

    messages: list[Message] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def load_conversations(world: World, now: datetime) -> int:
    """Answer what was asked. Returns how many conversations there are."""
    people, team = employ(), Team.objects.get_or_create(name="Customer care")[0]
    people["the visitor"] = demo_staff()
    team.members.set(people.values())
    random = draws(world.seed, "answers")
    rows = list(
        Conversation.objects.filter(state=Conversation.State.OPEN, n_out=0)
        .select_related("branch", "author")
        .order_by("opened_at", "pk")
    )
    theirs = words_of_all()
    if not rows:
        return 0
    written = Written()
    for row in rows:
        row.team = team
        answer(row, theirs[row.pk], people, random, written)
    Message.objects.bulk_create(written.messages, batch_size=500)
    Step.objects.bulk_create(written.steps, batch_size=500)
    write_back(rows, WRITTEN)
    # They were routed when they came, not when this world was built.
    came = Conversation.objects.filter(pk=OuterRef("conversation")).values("opened_at")
    Step.objects.filter(verb="routed").update(at=Subquery(came))
    mark_stale({day_of(row.opened_at) for row in rows})  # they are packed once, when they have been rated too
    note_answers()
    know_askers(world)
    return len(rows)


def words_of_all() -> dict[int, list[Message]]:
    """What was said in each conversation that nobody answered yet, oldest first."""
    found: dict[int, list[Message]] = {}
    rows = Message.objects.filter(conversation__state=Conversation.State.OPEN, conversation__n_out=0)
    for message in rows.select_related("mention").order_by("at", "pk"):
        found.setdefault(message.conversation_id, []).append(message)
    return found


def employ() -> dict[str, Staff]:
    """The people of customer care, each the face of the branches of a language."""
    people: dict[str, Staff] = {}
    for name, language in AGENTS:
        first, last = name.split()
        staff = make_staff(f"{first.lower()}@cornerpc.example", name, Staff.Role.AGENT)
        host, _ = Host.objects.get_or_create(
            staff=staff, defaults={"name": name, "initials": first[0] + last[0]}
        )
        host.branches.add(*Branch.objects.filter(language=language))
        people.setdefault(language, staff)
        people[f"{language} too"] = staff
    return people


def answer(
    row: Conversation,
    theirs: list[Message],
    people: dict[str, Staff],
    random: np.random.Generator,
    written: Written,
) -> None:
    """Give one conversation its answers and its end."""
    chance, minutes, thanked, of_two = (
        random.random(),
        random.lognormal(np.log(MEDIAN_MINUTES), SPREAD),
        *random.random(2),
    )
    row.kind = kind_of([message.mention for message in theirs])
    row.tags, row.version = [TAGS[row.kind]] if row.kind in TAGS else [], row.version + 1
    if chance > ANSWERED_SHARE:
        row.owner = None
        end(row, max(theirs[-1].at, row.opened_at) + GIVEN_UP_AFTER, None, written)
        return
    language = row.language if row.language in people else "en"
    staff = people[f"{language} too" if of_two < 0.5 else language]
    row.owner = row.first_answered_by = staff
    at = theirs[0].at + timedelta(minutes=float(minutes))
    row.first_answered_at = at
    say(row, staff, at, row.kind, random, written)
    if theirs[-1].at > at or thanked < THANKED_SHARE:
        at = max(at, theirs[-1].at) + timedelta(minutes=float(minutes) / 2 + 3)
        say(row, staff, at, "thanks", random, written)
    row.waiting_since, row.n_messages = None, row.n_messages + row.n_out
    end(row, at + timedelta(hours=2), staff, written)


def end(row: Conversation, at: datetime, staff: Staff | None, written: Written) -> None:
    """The history is over: whatever was said in it is closed, answered or not."""
    before = "waiting" if staff else "open"
    row.state, row.closed_at, row.closed_by = Conversation.State.CLOSED, at, staff
    by_rule = "" if staff else "Two weeks of silence"
    written.steps.append(
        Step(conversation=row, at=at, staff=staff, by_rule=by_rule, verb="closed", change={"from": before})
    )


def say(
    row: Conversation, staff: Staff, at: datetime, kind: str, random: np.random.Generator, written: Written
) -> None:
    choices = words().get(row.language, words()["en"])
    said = choices.get(kind, choices["question"])
    sign = "".join(part[0] for part in staff.name.split())
    text = f"{said[int(random.integers(len(said)))]} ^{sign}"
    written.messages.append(
        Message(
            conversation=row, direction=Message.Direction.OUT, state=Message.State.SENT, at=at, text=text, staff=staff,
            language=row.language, is_public=row.is_public, remote_id=f"answer-{row.pk}-{row.n_out}",
        )
    )  # fmt: skip
    row.n_out += 1
    row.last_out_at = row.last_message_at = at
    row.preview = preview_of(text)


def kind_of(mentions: Sequence[Mention | None]) -> str:
    """As a person would sort it, from what understanding found."""
    said = [mention for mention in mentions if mention is not None]
    if any(mention.sentiment == Mention.Sentiment.NEGATIVE for mention in said):
        return KINDS.COMPLAINT.value
    if any("?" in mention.text for mention in said):
        return KINDS.QUESTION.value
    return (
        KINDS.PRAISE.value
        if any(one.sentiment == Mention.Sentiment.POSITIVE for one in said)
        else KINDS.QUESTION.value
    )


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """The sentences of customer care, by language and occasion."""
    text = files("livingroom.world").joinpath("words/answered.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = json.loads(text)
    return found
