from django.db import models


class Brand(models.Model):
    """The one brand this house serves: a single row."""

    class VisitorCookie(models.TextChoices):
        NEVER = "never", "Never: visitors are told apart by a hash that is destroyed after 48 hours"
        ALWAYS = "always", "Always: our own first-party cookie, where our consent notice covers it"

    name = models.CharField(max_length=80, default="Our brand")
    reporting_currency = models.CharField(max_length=3, default="USD")
    visitor_cookie = models.CharField(max_length=8, choices=VisitorCookie, default=VisitorCookie.NEVER)
    attribution_window_days = models.PositiveSmallIntegerField(default=30)
    counts_answers = models.BooleanField(
        default=False, help_text="Answered conversations take part in grades and credit."
    )
    credit_model = models.CharField(max_length=16, default="last")
    utm_campaign_prefix = models.CharField(max_length=40, blank=True)
    destination_hosts = models.TextField(
        blank=True, help_text="The hosts a short link may lead to, one per line: your shops and sites."
    )
    staff_hour_minor = models.PositiveIntegerField(
        default=3500, help_text="Cost of an hour of staff, reporting currency."
    )
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Brand":
        return cls.objects.get_or_create(pk=1)[0]

    @property
    def allowed_hosts(self) -> set[str]:
        return {line.strip().lower() for line in self.destination_hosts.splitlines() if line.strip()}


class Event(models.Model):
    """What changed, by whom, before and after. Rows are only ever added."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=120)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, db_index=True)
    change = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.subject}"


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def ringing(self) -> "AlarmQuerySet":
        return self.filter(resolved_at=None)


class Alarm(models.Model):
    """Something a person must look at. One row per (kind, subject) while it rings."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    url = models.CharField(max_length=200, blank=True)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(resolved_at=None), name="alarm_rings_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Lease(models.Model):
    """Who holds a job that only one process may do, such as the ticker."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
