"""Conversations: what was said to us and what we answered, as cases that somebody owns."""

import secrets

from django.db import models
from django.db.models import Q

from livingroom.branches.models import Branch, Host
from livingroom.listening.models import Mention
from livingroom.networks.models import Connection
from livingroom.people.models import Customer, Staff


def new_key() -> str:
    return secrets.token_hex(16)


class Author(models.Model):
    """Somebody outside, as one network, or their mail address, knows them. Who it really is, the customer says."""

    network = models.CharField(max_length=20)
    author_id = models.CharField(max_length=300)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    followers = models.PositiveIntegerField(null=True, blank=True)
    language = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=2, blank=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="authors"
    )
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "author_id"], name="author_once")]

    def __str__(self) -> str:
        return self.name or self.handle or self.author_id


class Team(models.Model):
    """People who share the work of some branches."""

    name = models.CharField(max_length=60, unique=True)
    members = models.ManyToManyField(Staff, blank=True, related_name="teams")
    branches = models.ManyToManyField(Branch, blank=True, related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def in_work(self) -> "ConversationQuerySet":
        return self.filter(state__in=Conversation.IN_WORK)


class Conversation(models.Model):
    """One case: what somebody began to say, and all that followed, until it is closed."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        WAITING = "waiting", "Waiting for the customer"
        SNOOZED = "snoozed", "Snoozed"
        CLOSED = "closed", "Closed"
        MERGED = "merged", "Merged into another"

    class Kind(models.TextChoices):
        QUESTION = "question", "Question"
        COMPLAINT = "complaint", "Complaint"
        PRAISE = "praise", "Praise"
        ORDER = "order", "Order"
        IDEA = "idea", "Idea"
        OTHER = "other", "Other"

    class Priority(models.IntegerChoices):
        URGENT = 1, "Urgent"
        HIGH = 2, "High"
        NORMAL = 3, "Normal"
        LOW = 4, "Low"

    IN_WORK = (State.OPEN, State.WAITING, State.SNOOZED)

    # Where it stands
    network = models.CharField(max_length=20)
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    thread_key = models.CharField(
        max_length=300,
        help_text="What ties its messages together on the network, of one account: `12 at://…`.",
    )
    root = models.CharField(
        max_length=300,
        blank=True,
        help_text="What the thread stands under on the network: our post, or its first words.",
    )
    is_current = models.BooleanField(default=True, help_text="What comes next in the thread belongs here.")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="conversations")
    is_public = models.BooleanField(default=True)
    subject = models.CharField(max_length=200, blank=True)
    preview = models.CharField(max_length=200, blank=True, help_text="The last words.")
    language = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=2, blank=True)
    about = models.CharField(max_length=60, blank=True, help_text="What it is about, as routing names it.")
    tags = models.JSONField(default=list, blank=True)

    # Whose it is
    branch = models.ForeignKey(
        Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="conversations"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    owner = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUESTION)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)

    # How it goes
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change: what a reply was written to."
    )
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    last_in_at = models.DateTimeField(null=True, blank=True, help_text="The customer's last word.")
    last_out_at = models.DateTimeField(null=True, blank=True, help_text="Our last word, by a person.")
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when the customer waits for us; empty when they do not."
    )
    first_answered_at = models.DateTimeField(
        null=True, blank=True, help_text="By a person, never by a machine."
    )
    first_answered_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    n_messages = models.PositiveIntegerField(default=0)
    n_in = models.PositiveIntegerField(default=0)
    n_out = models.PositiveIntegerField(default=0)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    n_reopened = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged_from"
    )

    # What was promised; the next of them to break is `due_at`, by which the list is sorted
    first_due_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    resolve_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_message_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "thread_key"],
                condition=Q(is_current=True),
                name="conversation_current_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "-last_message_at", "-id"], name="conversation_by_state"),
            models.Index(fields=["owner", "state", "-last_message_at"], name="conversation_of_owner"),
            models.Index(fields=["branch", "state", "-last_message_at"], name="conversation_of_branch"),
            models.Index(
                fields=["-last_message_at", "-id"],
                condition=Q(state__in=["open", "waiting", "snoozed"]),
                name="conversation_in_work",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["open", "waiting", "snoozed"]),
                name="conversation_due",
            ),
            models.Index(fields=["author", "-last_message_at"], name="conversation_of_author"),
            models.Index(
                fields=["-last_out_at"],
                condition=Q(last_out_at__isnull=False),
                name="conversation_answered",
            ),
            models.Index(
                fields=["snoozed_until"],
                condition=Q(snoozed_until__isnull=False),
                name="conversation_snoozed",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject or self.preview or self.author}"


class Message(models.Model):
    """One thing said in a conversation: by them, by us, or among ourselves."""

    class Direction(models.TextChoices):
        IN = "in", "From outside"
        OUT = "out", "From us"
        NOTE = "note", "Note among ourselves"

    class State(models.TextChoices):
        """Of what goes out; the same steps as a post's."""

        NONE = "", "Not to be sent"
        DUE = "due", "To be sent"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        UNKNOWN = "unknown", "Outcome unknown"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Taken back"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    is_public = models.BooleanField(default=True)
    is_automatic = models.BooleanField(
        default=False, help_text="By a rule or a machine: it never counts as an answer."
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    # Who
    mention = models.OneToOneField(
        Mention, null=True, blank=True, on_delete=models.SET_NULL, related_name="message"
    )
    author = models.ForeignKey(
        Author, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    staff = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    host = models.ForeignKey(Host, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")

    # Where it stands on the network
    remote_id = models.CharField(max_length=300, blank=True)
    remote_version = models.CharField(max_length=200, blank=True)
    remote_url = models.CharField(max_length=1000, blank=True)

    # Going out, exactly once
    state = models.CharField(max_length=9, choices=State, blank=True)
    delivery_key = models.CharField(max_length=32, unique=True, default=new_key)
    try_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    n_looks = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_in_order"),
            models.Index(
                fields=["state", "try_at"],
                condition=Q(state__in=["due", "sending", "unknown"]),
                name="message_to_send",
            ),
            models.Index(fields=["author", "-at"], name="message_of_author"),
            models.Index(fields=["staff", "-at"], name="message_of_staff"),
            models.Index(fields=["remote_id"], name="message_by_remote_id"),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}: {self.text[:60]}"


class Step(models.Model):
    """What happened to a conversation besides words: assigned, snoozed, moved, merged, closed, and by whom."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_rule = models.CharField(
        max_length=80, blank=True, help_text="The rule that did it, where no person did."
    )
    verb = models.CharField(max_length=40)
    change = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["conversation", "at"], name="step_in_order")]

    def __str__(self) -> str:
        return f"{self.verb} #{self.conversation_id}"


from livingroom.inbox.answering.models import AnswerAttempt as AnswerAttempt  # noqa: E402
from livingroom.inbox.answering.models import AnswerDraft as AnswerDraft  # noqa: E402
from livingroom.inbox.answering.models import SigningCustom as SigningCustom  # noqa: E402
from livingroom.inbox.company.models import Follow as Follow  # noqa: E402
from livingroom.inbox.company.models import Notice as Notice  # noqa: E402
from livingroom.inbox.company.models import Presence as Presence  # noqa: E402
from livingroom.inbox.company.models import Reminder as Reminder  # noqa: E402
from livingroom.inbox.csat.models import Asked as Asked  # noqa: E402
from livingroom.inbox.csat.models import Survey as Survey  # noqa: E402
from livingroom.inbox.customs import BranchCustom as BranchCustom  # noqa: E402 - they point at what is above
from livingroom.inbox.customs import HouseCustom as HouseCustom  # noqa: E402
from livingroom.inbox.form.models import Knock as Knock  # noqa: E402
from livingroom.inbox.joining.models import Joining as Joining  # noqa: E402
from livingroom.inbox.knowledge.models import Snippet as Snippet  # noqa: E402
from livingroom.inbox.live.models import Change as Change  # noqa: E402
from livingroom.inbox.mail.models import Attachment as Attachment  # noqa: E402
from livingroom.inbox.mail.models import Mailbox as Mailbox  # noqa: E402
from livingroom.inbox.mail.models import PassedMail as PassedMail  # noqa: E402
from livingroom.inbox.mail.models import UnreadMail as UnreadMail  # noqa: E402
from livingroom.inbox.moderation.models import Ban as Ban  # noqa: E402
from livingroom.inbox.moderation.models import Report as Report  # noqa: E402
from livingroom.inbox.moderation.models import Ruling as Ruling  # noqa: E402
from livingroom.inbox.promises.models import BusinessCalendar as BusinessCalendar  # noqa: E402
from livingroom.inbox.promises.models import Clock as Clock  # noqa: E402
from livingroom.inbox.promises.models import Escalation as Escalation  # noqa: E402
from livingroom.inbox.promises.models import Holiday as Holiday  # noqa: E402
from livingroom.inbox.promises.models import OpeningHours as OpeningHours  # noqa: E402
from livingroom.inbox.promises.models import ServiceLevel as ServiceLevel  # noqa: E402
from livingroom.inbox.replies.models import Macro as Macro  # noqa: E402
from livingroom.inbox.replies.models import SavedReply as SavedReply  # noqa: E402
from livingroom.inbox.replies.models import SavedText as SavedText  # noqa: E402
from livingroom.inbox.reports.models import ServiceDay as ServiceDay  # noqa: E402
from livingroom.inbox.reports.models import StaleDay as StaleDay  # noqa: E402
from livingroom.inbox.reports.models import Subject as Subject  # noqa: E402
from livingroom.inbox.routing.models import Desk as Desk  # noqa: E402
from livingroom.inbox.routing.models import Pick as Pick  # noqa: E402
from livingroom.inbox.routing.models import RoutingRule as RoutingRule  # noqa: E402
from livingroom.inbox.rules.models import Rule as Rule  # noqa: E402
from livingroom.inbox.rules.models import RuleRun as RuleRun  # noqa: E402
