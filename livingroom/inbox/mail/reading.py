"""One mail, read: who wrote what, to which thread it belongs, and whether a person wrote it at all. Plain Python."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

MOST_REFERENCES = 50
LONGEST_TEXT = 20_000
_ID = re.compile(r"<[^<>\s]{1,290}>")
# RFC 3834 names the first; the others are what programs really write.
_AUTOMATIC_PRECEDENCE = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "List-Id", "List-Unsubscribe")
_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")
_QUOTE_HEAD = re.compile(
    r"^(On .{5,200} wrote:|Am .{5,200} schrieb.{0,80}:|Le .{5,200} a écrit\s?:|El .{5,200} escribió:"
    r"|Em .{5,200} escreveu:|-{3,} ?Original Message ?-{3,})\s*$"
)


class Unreadable(ValueError):
    """The words say why."""


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a mail says. `automatic` says why it is no person's word: bounce, automatic, or nothing."""

    message_id: str
    references: tuple[str, ...]
    address: str
    name: str
    subject: str
    text: str
    at: datetime
    to: tuple[str, ...]
    automatic: str = ""
    about: str = ""
    files: tuple[File, ...] = ()

    @property
    def answers(self) -> str:
        """The Message-ID of what it answers."""
        return self.references[-1] if self.references else ""

    @property
    def root(self) -> str:
        """The Message-ID that the whole thread began with."""
        return self.references[0] if self.references else ""


def read_letter(raw: bytes, *, now: datetime) -> Letter:
    """Read a mail as it came. Raises Unreadable when it says neither from whom nor what it is."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    name, address = parseaddr(_header(mail, "From"))
    ids = _ID.findall(_header(mail, "Message-ID"))
    automatic = why_automatic(mail, address)
    if "@" not in address:
        raise Unreadable("It does not say whom it is from.")
    if not ids:
        raise Unreadable("It has no Message-ID, so it could not be told from others.")
    return Letter(
        message_id=ids[0],
        references=_references(mail),
        address=address.lower()[:254],
        name=_one_line(name)[:200],
        subject=_one_line(_header(mail, "Subject"))[:300],
        text=without_quotes(_text(mail))[:LONGEST_TEXT],
        at=_date(mail, now),
        to=tuple(found.lower() for _, found in getaddresses(_all(mail, "To") + _all(mail, "Cc"))),
        automatic=automatic,
        about=_bounced(mail) if automatic == "bounce" else "",
        files=tuple(_files(mail)),
    )


def why_automatic(mail: EmailMessage, address: str) -> str:
    """`bounce`, `automatic`, or nothing where a person wrote it."""
    if mail.get_content_type() == "multipart/report" or address.lower().startswith("mailer-daemon@"):
        return "bounce"
    if _header(mail, "Return-Path").strip() == "<>":
        return "bounce" if "deliver" in _header(mail, "Subject").lower() else "automatic"
    said = _header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    marks = (
        said not in ("", "no"),
        _header(mail, "Precedence").strip().lower() in _AUTOMATIC_PRECEDENCE,
        any(_header(mail, name) for name in _AUTOMATIC_HEADERS),
        address.split("@")[0].lower() in _ROBOTS,
    )
    return "automatic" if any(marks) else ""


def without_quotes(text: str) -> str:
    """What is new in it: the quoted mail below is in the thread already. What would leave nothing is left as it is."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = len(lines)
    for number, line in enumerate(lines):
        rest = [other for other in lines[number + 1 :] if other.strip()]
        if _QUOTE_HEAD.match(line.strip()) and all(other.startswith(">") for other in rest[:3]):
            end = number
            break
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith(">")):
        end -= 1
    new = "\n".join(lines[:end]).strip()
    return new or text.strip()


def _references(mail: EmailMessage) -> tuple[str, ...]:
    """The thread from its root to what this answers, each once. Very long ones keep their root and their end."""
    ids = _ID.findall(_header(mail, "References")) + _ID.findall(_header(mail, "In-Reply-To"))[:1]
    # What is answered stands last, wherever it stood before.
    once = list(dict.fromkeys(reversed(ids)))[::-1]
    return tuple(once if len(once) <= MOST_REFERENCES else once[:1] + once[-MOST_REFERENCES:])


def _bounced(mail: EmailMessage) -> str:
    """The Message-ID of the mail of ours that came back."""
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload(0) if part.is_multipart() else part.get_content()
            text = inner.as_string() if isinstance(inner, EmailMessage) else str(inner)
            found = re.search(r"^message-id:\s*(<[^<>\s]+>)", text, re.IGNORECASE | re.MULTILINE)
            if found:
                return found[1]
    references = _references(mail)
    return references[-1] if references else ""


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, UnicodeError, ValueError):
        # A charset that nobody knows: what can be read of it is better than nothing.
        payload = body.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return words_of_html(content) if body.get_content_subtype() == "html" else content


def _files(mail: EmailMessage) -> list[File]:
    found = []
    for part in mail.iter_attachments():
        try:
            payload = part.get_payload(decode=True)
        except (LookupError, UnicodeError, ValueError):
            payload = b""
        name = _one_line(part.get_filename() or f"{part.get_content_maintype()} without a name")
        content = payload if isinstance(payload, bytes) else part.as_bytes()
        found.append(File(name.replace("/", "_").replace("\\", "_")[:200], part.get_content_type(), content))
    return found


def _date(mail: EmailMessage, now: datetime) -> datetime:
    """When it was written; a clock that runs ahead, or none, counts as now."""
    try:
        at = parsedate_to_datetime(_header(mail, "Date"))
    except (ValueError, TypeError):
        return now
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at if datetime(1995, 1, 2, tzinfo=UTC) < at <= now else now


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail.get(name, "") or "")
    except (ValueError, IndexError, AttributeError):
        # The library stumbles over some broken headers; a mail with one is still a mail.
        return ""


def _all(mail: EmailMessage, name: str) -> list[str]:
    found = _header(mail, name)
    return [found] if found else []


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Words(HTMLParser):
    HIDDEN = frozenset({"script", "style", "head", "title"})
    BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN
        if tag in self.BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in self.HIDDEN and self.hidden > 0
        if tag in self.BREAKS - {"br"}:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(re.sub(r"\s+", " ", data))


def words_of_html(html: str) -> str:
    """The words of a page, without its looks, pictures and scripts."""
    words = _Words()
    words.feed(html)
    return re.sub(r" *\n[ \n]*\n *", "\n\n", re.sub(r" *\n *", "\n", "".join(words.said))).strip()
