"""Members: people of the public whose mail address is theirs, since they opened a letter sent to it."""

from django.db import models

from livingroom.people.models import Customer, Staff


class MemberQuerySet(models.QuerySet["Member"]):
    def welcome(self) -> "MemberQuerySet":
        return self.filter(blocked_at=None)


class Member(models.Model):
    """Who proposes, votes, asks and comes to events: one for each verified address, one for each staff in the twin portal."""

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    staff = models.OneToOneField(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="member"
    )
    name = models.CharField(max_length=80, help_text="As others see it.")
    mail_hash = models.CharField(max_length=60, unique=True)
    mail_sealed = models.TextField(blank=True, help_text="To write to them; empty once they were erased.")
    language = models.CharField(max_length=8, default="en")
    country = models.CharField(max_length=2, blank=True)
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    hears_from_us = models.BooleanField(default=True, help_text="Letters besides those to sign in.")
    network = models.CharField(
        max_length=24, blank=True, help_text="Keyed name of the network they joined from."
    )
    agent = models.CharField(
        max_length=24, blank=True, help_text="Keyed name of the browser they joined with."
    )
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_because = models.CharField(max_length=300, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["joined_at"], name="member_by_joining")]

    def __str__(self) -> str:
        return self.name


class SignInLetter(models.Model):
    """A letter with a link that signs in once, and does then what the person wanted to do."""

    digest = models.CharField(max_length=64, unique=True, help_text="Of the secret in the link.")
    mail_hash = models.CharField(max_length=60)
    mail_sealed = models.TextField()
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, default="en")
    country = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=24, blank=True)
    agent = models.CharField(max_length=24, blank=True)
    visitor = models.CharField(max_length=24, help_text="Who asked: a name for one day.")
    deed = models.JSONField(
        null=True, blank=True, help_text="What to do once it was opened: [kind, what is given]."
    )
    back = models.CharField(max_length=300, blank=True, help_text="Where to go on.")
    made_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "made_at"], name="sign_in_of_visitor"),
            models.Index(fields=["mail_hash", "made_at"], name="sign_in_of_address"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Letter(models.Model):
    """Something a member is told by mail, once; what waits for one member goes out together."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=120, help_text="What it tells: a member is told each thing once.")
    about = models.CharField(
        max_length=60, help_text="What one hears no more of by its link, such as: idea 17."
    )
    subject = models.CharField(max_length=150)
    text = models.TextField()
    url = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=200, blank=True, help_text="Why it was never sent.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="member_told_once")]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=models.Q(sent_at=None, dropped_because=""),
                name="letter_that_waits",
            )
        ]

    def __str__(self) -> str:
        return self.subject
