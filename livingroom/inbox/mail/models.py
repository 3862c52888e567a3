"""Mailboxes that are read, and what came with a message besides its words."""

from django.db import models

from livingroom.branches.models import Branch
from livingroom.listening.models import Mention


class Mailbox(models.Model):
    """An address people write to, read by IMAP. The password is encrypted at rest."""

    class Security(models.TextChoices):
        TLS = "tls", "TLS from the start (port 993)"
        STARTTLS = "starttls", "STARTTLS (port 143)"
        NONE = "none", "None: only on this very machine"

    address = models.EmailField(unique=True)
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    user = models.CharField(max_length=200)
    password_encrypted = models.TextField(blank=True)
    folder = models.CharField(max_length=100, default="INBOX")
    branch = models.ForeignKey(
        Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="mailboxes"
    )
    is_active = models.BooleanField(default=True)
    uid_validity = models.PositiveBigIntegerField(
        default=0, help_text="While the server says the same, its numbers mean the same."
    )
    last_uid = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["address"]
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.address


class Attachment(models.Model):
    """A file that came with a mail. Pictures and documents are kept; what could run is only named."""

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256; empty where it was not kept.")
    why_not = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class UnreadMail(models.Model):
    """A mail that could not be read; the others go on without it."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="unread")
    uid = models.PositiveBigIntegerField()
    uid_validity = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    problem = models.CharField(max_length=300)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="unread_mail_once")
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid}: {self.problem}"


class PassedMail(models.Model):
    """A mail that is no word of a person: a bounce or an automatic reply. It is counted and shown, never answered."""

    class Why(models.TextChoices):
        BOUNCE = "bounce", "Could not be delivered"
        AUTOMATIC = "automatic", "Automatic reply"
        OWN = "own", "From our own address"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="passed")
    message_id = models.CharField(max_length=300)
    why = models.CharField(max_length=9, choices=Why)
    about = models.CharField(
        max_length=300, blank=True, help_text="Message-ID of the mail of ours it is about."
    )
    sender = models.CharField(max_length=300)
    subject = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "message_id"], name="passed_mail_once")]

    def __str__(self) -> str:
        return f"{self.get_why_display()}: {self.sender}"
