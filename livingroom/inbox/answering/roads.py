"""The two ways out: a network's own answer, and mail. Both are written to once and, where they can be, looked up."""

import smtplib
from abc import ABC, abstractmethod
from datetime import datetime
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from livingroom.inbox.answering.standing import BY_MAIL, account_of, answered_message, mail_address
from livingroom.inbox.answering.wording import render_answer
from livingroom.inbox.mail.models import Mailbox
from livingroom.inbox.models import Conversation, Message
from livingroom.networks.errors import Invalid, OutcomeUnknown, Unavailable
from livingroom.networks.interface import Network, Published, Ref, Rendered
from livingroom.networks.operations import open_connection
from livingroom.networks.writing import CannotSend

SUBJECT_AT_MOST = 150


class Road(ABC):
    """One way out for one answer. Everything but `write` may be asked any number of times."""

    own_key = False
    # Whether we can look what became of a write; where we cannot, a person decides about an answer that was lost.
    can_look = True

    @abstractmethod
    def write(self) -> Published:
        """Send it. Raises NetworkError."""

    @abstractmethod
    def find(self, since: datetime) -> Published | None:
        """Look whether it is out."""


def road_for(message: Message) -> Road:
    """Open the way out. Raises CannotSend, NetworkError, UnknownNetwork."""
    if message.conversation.network in BY_MAIL:
        return MailRoad(message)
    return NetworkRoad(message)


class NetworkRoad(Road):
    def __init__(self, message: Message) -> None:
        conversation = message.conversation
        account = account_of(conversation)
        answered = answered_message(conversation, before=message.pk)
        if account is None:
            raise CannotSend(
                "No account of ours is connected here. Connect the branch, then send this again."
            )
        if answered is None:
            raise CannotSend("What this answers is gone from the network.")
        self.to = Ref(answered.remote_id, answered.remote_version, answered.remote_url)
        self.rendered = _sendable(render_answer(conversation, message.text))
        self.key = message.delivery_key
        self.network: Network = open_connection(account)
        self.own_key = self.network.capabilities.own_key

    def write(self) -> Published:
        return self.network.reply(self.to, self.rendered, self.key)

    def find(self, since: datetime) -> Published | None:
        return self.network.find_published(self.rendered, self.key, since)


class MailRoad(Road):
    """A mail with a Message-ID of our own. Nobody can look into somebody's letter-box, so a lost answer is a person's call."""

    can_look = False

    def __init__(self, message: Message) -> None:
        self.message = message
        self.address = mail_address(message.conversation.author)
        if not self.address:
            raise CannotSend(f"{message.conversation.author} left no mail address.")

    def write(self) -> Published:
        mail, message_id = self.compose(), message_id_of(self.message)
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            raise Invalid(f"The mail server refuses {self.address}: {error}", "to") from None
        except smtplib.SMTPResponseException as error:
            # The server has answered in words: it did not take it. Four hundreds pass, five hundreds stay.
            text = f"The mail server said {error.smtp_code}."
            raise (Unavailable(text) if error.smtp_code < 500 else Invalid(text)) from None
        except (ConnectionRefusedError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
            raise Unavailable(f"The mail server cannot be reached: {error}") from None
        except OSError as error:
            raise OutcomeUnknown(f"The mail server did not say whether it took the mail: {error}") from None
        return Published(Ref(message_id), datetime.now(tz=self.message.at.tzinfo), self.message.delivery_key)

    def find(self, since: datetime) -> Published | None:
        return None

    def compose(self) -> EmailMessage:
        conversation = self.message.conversation
        headers = {"Message-ID": message_id_of(self.message)} | _thread_headers(self.message)
        sender = _sender(conversation)
        if self.message.is_automatic:
            headers["Auto-Submitted"] = "auto-replied"
        return EmailMessage(
            subject=_subject(conversation),
            body=self.message.text,
            from_email=sender,
            to=[self.address],
            headers=headers,
        )


def message_id_of(message: Message) -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{message.delivery_key}@{host}>"


def _thread_headers(message: Message) -> dict[str, str]:
    """So that their mail program shows it below what they wrote."""
    said = message.conversation.messages.filter(pk__lt=message.pk, remote_id__startswith="<").order_by(
        "at", "pk"
    )
    ids = list(said.values_list("remote_id", flat=True))
    theirs = said.filter(direction=Message.Direction.IN).values_list("remote_id", flat=True).last()
    if not theirs:
        return {}
    return {"In-Reply-To": theirs, "References": " ".join([*ids[:1], *ids[1:][-20:]])}


def _subject(conversation: Conversation) -> str:
    subject = " ".join((conversation.subject or conversation.preview or "Your message").split())[
        :SUBJECT_AT_MOST
    ]
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _sender(conversation: Conversation) -> str:
    """The branch's name, at the address they wrote to, so that what they answer comes back to us."""
    boxes = Mailbox.objects.filter(is_active=True)
    box = boxes.filter(branch=conversation.branch).first() or boxes.filter(branch=None).first()
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((str(conversation.branch or name), box.address if box else address))


def _sendable(rendered: Rendered) -> Rendered:
    if blocking := [problem.text for problem in rendered.problems if problem.blocks]:
        raise CannotSend(" ".join(dict.fromkeys(blocking)))
    return rendered
