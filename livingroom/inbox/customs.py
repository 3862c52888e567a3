"""What the house and its branches are used to: when a closed conversation opens again, and what opens one at all."""

from django.core.validators import MaxValueValidator
from django.db import models

from livingroom.branches.models import Branch

REOPEN_DAYS = 14


class HouseCustom(models.Model):
    """The custom of the house: a single row."""

    reopen_days = models.PositiveSmallIntegerField(
        default=REOPEN_DAYS,
        validators=[MaxValueValidator(365)],
        help_text="Words within so many days after closing open the conversation again; later ones begin another.",
    )
    opens_finds = models.BooleanField(
        default=False, help_text="What a topic finds opens conversations, too, not only what is said to us."
    )

    def __str__(self) -> str:
        return f"opens again within {self.reopen_days} days"

    @classmethod
    def current(cls) -> "HouseCustom":
        return cls.objects.get_or_create(pk=1)[0]


class BranchCustom(models.Model):
    """Where one branch does it otherwise than the house."""

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="inbox_custom")
    reopen_days = models.PositiveSmallIntegerField(validators=[MaxValueValidator(365)])

    def __str__(self) -> str:
        return f"{self.branch}: opens again within {self.reopen_days} days"


def reopen_days_by_branch() -> dict[int | None, int]:
    """The days of every branch that has its own; under None those of the house."""
    days: dict[int | None, int] = dict(BranchCustom.objects.values_list("branch_id", "reopen_days"))
    days[None] = HouseCustom.current().reopen_days
    return days
