import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from livingroom.branches.models import Branch
from livingroom.people.models import Staff

TREATED, HELD_OUT = "treated", "held out"


def new_seed() -> int:
    """Drawn once for an experiment and never again: who could draw until the luck pleases, would."""
    return secrets.randbelow(2**31)


def midnight(on: date) -> datetime:
    """Days of experiments are days UTC, as the orders' days are."""
    return datetime.combine(on, time.min, tzinfo=UTC)


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def obeyed(self) -> "ExperimentQuerySet":
        """Those whose assignment the desk keeps to."""
        return self.filter(state__in=Experiment.OBEYED)

    def overlapping(self, start: date, end: date) -> "ExperimentQuerySet":
        return self.filter(starts_on__lte=end, ends_on__gte=start)


class Experiment(models.Model):
    """A question to the market, and chance as the judge: who is left out of the posts, when."""

    class Kind(models.TextChoices):
        GEO = "geo", "Markets held out"
        SWITCHBACK = "switchback", "Markets by time blocks"
        SINGLE = "single_branch", "One market by time blocks"
        CODES = "codes", "Codes by lottery"
        HISTORY = "history", "History, modelled"

    class UnitBy(models.TextChoices):
        COUNTRY = "country", "Countries"
        REGION = "region", "Regions"
        BRANCH = "branch", "Branches"
        DIVISION = "division", "Segments: divisions"
        LANGUAGE = "language", "Segments: languages"
        PURPOSE = "purpose", "Segments: purposes"
        INTEREST = "interest", "Segments: interests"

    class Covers(models.TextChoices):
        OFFERS = "offers", "Every offer"
        CHOSEN = "chosen", "Chosen offers"
        POSTS = "posts", "Everything a branch says"

    class State(models.TextChoices):
        DRAFT = "draft", "Being planned"
        READY = "ready", "Ready"
        RUNNING = "running", "Running"
        ENDED = "ended", "Ended, to be read"
        READ = "read", "Read"
        CANCELLED = "cancelled", "Cancelled"

    OBEYED = (State.READY, State.RUNNING)
    OVER = (State.ENDED, State.READ)
    BY_BLOCKS = (Kind.SWITCHBACK, Kind.SINGLE)

    name = models.CharField(max_length=80)
    question = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.SWITCHBACK)
    unit_by = models.CharField(max_length=10, choices=UnitBy, default=UnitBy.COUNTRY)
    only = models.JSONField(
        default=dict, blank=True, help_text="Which branches take part: division, purpose, language, interest."
    )
    covers = models.CharField(max_length=8, choices=Covers, default=Covers.OFFERS)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day, itself included.")
    block_days = models.PositiveSmallIntegerField(default=20)
    wash_out_days = models.PositiveSmallIntegerField(default=10)
    horizon_days = models.PositiveSmallIntegerField(
        default=10, help_text="For how long a deal pulls later purchases forward."
    )
    share = models.FloatField(
        default=0.5, help_text="Treated units, or winners of a lottery, between 0 and 1."
    )
    lift_hoped = models.FloatField(default=0.05, help_text="The lift that should not be missed: 0.05 is 5 %.")
    seed = models.BigIntegerField(default=new_seed)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    promise = models.JSONField(default=dict, blank=True, help_text="What the designer promised: power, MDE.")
    design = models.JSONField(default=dict, blank=True, help_text="The design as the measuring room logs it.")
    silent_branches = models.ManyToManyField(
        Branch,
        blank=True,
        related_name="silent_in",
        help_text="They speak to the whole world, so they are left out the whole time.",
    )
    created_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True, help_text="Since when the assignment is frozen.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="When it was cancelled.")

    objects: ClassVar[models.Manager["Experiment"]] = models.Manager.from_queryset(ExperimentQuerySet)()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def n_days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1 if self.starts_on and self.ends_on else 0

    @property
    def starts_at(self) -> datetime:
        return midnight(self._day(self.starts_on))

    @property
    def ends_at(self) -> datetime:
        """The moment after the last day."""
        return midnight(self._day(self.ends_on) + timedelta(days=1))

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def has_units(self) -> bool:
        return self.kind != self.Kind.CODES

    @property
    def lottery_key(self) -> str:
        """What the lottery of its codes is called among the links."""
        return f"experiment {self.pk}"

    def _day(self, on: date | None) -> date:
        if on is None:
            raise ValueError(f"“{self}” has no days yet.")
        return on


class Unit(models.Model):
    """What chance decides about: a market, with the branches that speak to it."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="units")
    name = models.CharField(max_length=120)
    branches = models.ManyToManyField(Branch, related_name="experiment_units")
    is_control = models.BooleanField(
        default=False, help_text="Only compared with: where nothing is left out and history is modelled."
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["experiment", "name"], name="unit_once")]

    def __str__(self) -> str:
        return self.name


class Market(models.Model):
    """Whose orders are the unit's outcome: those of a country, or of one division in it. Never evidence."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="markets")
    country = models.CharField(max_length=2)
    division = models.CharField(max_length=60, blank=True, help_text="Empty for all.")

    class Meta:
        ordering = ["country", "division"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "country", "division"], name="market_once_in_unit")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.division}".strip()


class Assignment(models.Model):
    """The log: what chance decided for a unit and a time, written when the experiment was made ready, never changed."""

    ARMS: ClassVar[list[tuple[str, str]]] = [(TREATED, "Posts go out"), (HELD_OUT, "Left out")]

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="assignments")
    arm = models.CharField(max_length=8, choices=ARMS)
    stratum = models.CharField(max_length=120, blank=True)
    block = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["unit__name", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_at"], name="assigned_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="assigned_for_a_time"
            ),
        ]
        indexes = [models.Index(fields=["arm", "starts_at", "ends_at"], name="assigned_when")]

    def __str__(self) -> str:
        return f"{self.unit} {self.arm} from {self.starts_at:%Y-%m-%d}"


class Override(models.Model):
    """Somebody let a placement go out against the assignment, and said why."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="overrides")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    placement_id = models.BigIntegerField(help_text="The desk's placement; this room does not know the desk.")
    about = models.CharField(max_length=200, help_text="What the placement says, for a person.")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["experiment", "placement_id"], name="override_once")]

    def __str__(self) -> str:
        return f"{self.about}: {self.reason}"


class Exposure(models.Model):
    """What the desk really sent while the experiment ran: the ground on which compliance is judged."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="exposures")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="exposures")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    placement_id = models.BigIntegerField()
    sent_at = models.DateTimeField()
    was_left_out = models.BooleanField(default=False, help_text="It went out though the assignment said no.")

    class Meta:
        ordering = ["sent_at"]
        constraints = [models.UniqueConstraint(fields=["experiment", "placement_id"], name="exposure_once")]

    def __str__(self) -> str:
        return f"placement {self.placement_id} at {self.sent_at:%Y-%m-%d %H:%M}"


class Reading(models.Model):
    """One analysis, kept as it was: later refunds make another reading, they do not change this one."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="readings")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    look = models.PositiveSmallIntegerField(help_text="1 for the first time anybody looked.")
    is_final = models.BooleanField(help_text="After the end; before it, bounds are the always-valid ones.")
    rule_version = models.CharField(max_length=20)
    body = models.JSONField(help_text="The measuring room's Reading.")
    digest = models.CharField(max_length=64, help_text="Of the panel it was made from.")

    class Meta:
        ordering = ["-look"]
        constraints = [models.UniqueConstraint(fields=["experiment", "look"], name="look_once")]

    def __str__(self) -> str:
        return f"look {self.look} at {self.experiment}"
