"""Somebody said something on the sandbox, and people of ours who may answer it."""

from datetime import UTC, date, datetime

from livingroom.branches.models import Branch, Host
from livingroom.branches.operations import connect_branch
from livingroom.inbox.answering.sending import send_answer
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.networks.models import SandboxAccount, SandboxPost
from livingroom.networks.sandbox import public
from livingroom.people.models import Staff

# The sandbox has a clock of its own, so the tests' noon is now.
NOON = datetime.now(UTC).replace(microsecond=0)


def staff(name: str = "Anna Bell", role: str = Staff.Role.AGENT) -> Staff:
    email = f"{name.split()[0].lower()}@cornerpc.example"
    return Staff.objects.filter(email=email).first() or Staff.objects.create_user(
        email, None, name=name, role=role
    )


def ada() -> Staff:
    return staff("Ada", Staff.Role.ADMIN)


def host(person: Staff, initials: str, *branches: Branch) -> Host:
    made = Host.objects.create(name=person.name, initials=initials, staff=person)
    made.branches.set(branches)
    return made


def branch(name: str = "Care", **facts: object) -> Branch:
    found = Branch.objects.filter(slug=name.lower()).first()
    if found is not None:
        return found
    values = {
        "slug": name.lower(),
        "network": "sandbox",
        "handle": f"{name.lower()}.cornerpc",
        "purpose": "service",
        "country": "US",
        "language": "en",
        "opened_on": date(2007, 6, 1),
        **facts,
    }
    made = Branch.objects.create(name=name, **values)
    if made.network == "sandbox":
        connect_branch(staff=ada(), branch=made, answers={"handle": made.handle}, now=NOON)
        made.refresh_from_db()
    return made


def stranger(handle: str = "jeff", network: str = "sandbox", **facts: object) -> Author:
    number = str(their_account(handle).pk) if network == "sandbox" else handle
    values = {"handle": handle, "name": handle.title(), "first_seen_at": NOON, **facts}
    return Author.objects.get_or_create(network=network, author_id=number, defaults=values)[0]


def their_account(handle: str) -> SandboxAccount:
    facts = {"name": handle.title(), "created_at": NOON}
    return SandboxAccount.objects.get_or_create(handle=handle, defaults=facts)[0]


def conversation(
    text: str = "My laptop does not start.", *, at: datetime = NOON, **facts: object
) -> Conversation:
    """A stranger said this to the branch Care on the sandbox."""
    of = facts.pop("branch", None) or branch()
    author = facts.pop("author", None) or stranger()
    values = {
        "network": "sandbox",
        "connection": of.connection,
        "thread_key": f"{author.pk} {Conversation.objects.count()}",
        "author": author,
        "branch": of,
        "language": "en",
        "opened_at": at,
        "last_message_at": at,
        **facts,
    }
    made = Conversation.objects.create(**values)
    said(made, text, at=at)
    made.refresh_from_db()
    return made


def said(to: Conversation, text: str, *, at: datetime = NOON, **facts: object) -> Message:
    """The stranger says one thing more."""
    remote = facts.pop("remote_id", None)
    if remote is None and to.network == "sandbox":
        remote = str(public.write_post(author=their_account(to.author.handle), text=text, now=at).pk)
    message = Message.objects.create(
        conversation=to,
        direction="in",
        at=at,
        text=text,
        author=to.author,
        remote_id=remote or "",
        is_public=to.is_public,
        **facts,
    )
    rows = Conversation.objects.filter(pk=to.pk)
    rows.update(last_in_at=at, last_message_at=at, n_in=to.messages.filter(direction="in").count())
    rows.filter(waiting_since=None).update(waiting_since=at)
    to.refresh_from_db()
    return message


def send_at(message: Message, at: datetime) -> Message:
    """Send as if it took no time, however slow the machine is that runs the tests."""
    send_answer(message.pk, at, clock=lambda: at)
    message.refresh_from_db()
    return message


def on_network(message: Message) -> int:
    """How often the answer stands on the sandbox."""
    return SandboxPost.objects.filter(key=message.delivery_key).count()
