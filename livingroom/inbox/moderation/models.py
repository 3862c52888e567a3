"""What may have to go, who decided about it and why, and what its author said to that."""

from django.db import models
from django.db.models import Q

from livingroom.inbox.models import Author, Message, new_key
from livingroom.listening.models import Mention
from livingroom.people.models import Staff


class BanQuerySet(models.QuerySet["Ban"]):
    def standing(self) -> "BanQuerySet":
        return self.filter(ended_at=None)


class Ban(models.Model):
    """We neither hear nor answer this author any more."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="bans")
    reason = models.CharField(max_length=300)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(fields=["author"], condition=Q(ended_at=None), name="banned_once")
        ]

    def __str__(self) -> str:
        return f"ban of {self.author}"


class Report(models.Model):
    """Somebody of ours says that this should be looked at. Suspected spam comes to the queue by itself."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"report of message {self.message_id}: {self.why}"


class Ruling(models.Model):
    """What was decided about something that was said, by whom and why. Rows are added, never changed, but for the appeal."""

    class Verdict(models.TextChoices):
        FINE = "fine", "It stays"
        HIDE = "hide", "Hidden"
        BAN = "ban", "Hidden, and its author banned"

    class Reason(models.TextChoices):
        SPAM = "spam", "Spam"
        INSULT = "insult", "Insult or hate"
        THREAT = "threat", "Threat"
        PRIVATE = "private", "Private facts of somebody"
        FALSE = "false", "Passes itself off as us"
        OFF = "off", "Has nothing to do with it"
        FINE = "fine", "Nothing is wrong with it"

    class Appeal(models.TextChoices):
        NONE = "", "None"
        ASKED = "asked", "Asked for another look"
        KEPT = "kept", "Looked at again: it stands"
        TURNED = "turned", "Looked at again: taken back"

    mention = models.ForeignKey(
        Mention, null=True, blank=True, on_delete=models.SET_NULL, related_name="rulings"
    )
    author = models.ForeignKey(
        Author, null=True, blank=True, on_delete=models.SET_NULL, related_name="rulings"
    )
    network = models.CharField(max_length=20)
    verdict = models.CharField(max_length=4, choices=Verdict)
    reason = models.CharField(max_length=8, choices=Reason)
    note = models.CharField(max_length=300, blank=True, help_text="For the author, should they ask.")
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    is_hidden_there = models.BooleanField(default=False, help_text="The network itself hides it.")
    problem = models.CharField(max_length=300, blank=True, help_text="Why the network does not hide it.")
    key = models.CharField(max_length=32, unique=True, default=new_key)

    appeal = models.CharField(max_length=6, choices=Appeal, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_text = models.TextField(blank=True)
    appeal_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    appeal_settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["appeal", "appealed_at"], name="ruling_appeals")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.get_reason_display()}"
