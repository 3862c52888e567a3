"""What reading cost, per account and day, in the database. The plain side of it is spending.py."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F


class ReadingDay(models.Model):
    """What one account's reading cost on one day (UTC, as networks bill)."""

    connection = models.ForeignKey(
        "networks.Connection", on_delete=models.CASCADE, related_name="reading_days"
    )
    on = models.DateField()
    n_read = models.PositiveIntegerField(default=0)
    # Exact, because a single read costs a fraction of a cent.
    amount = models.DecimalField(max_digits=12, decimal_places=4, default=Decimal(0))
    currency = models.CharField(max_length=3, default="USD")

    class Meta:
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["connection", "on"], name="reading_once_per_day")]

    def __str__(self) -> str:
        return f"{self.n_read} read on {self.on}"


class StoredReadings:
    """One connection's book of reading; several workers may write it."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id

    def spent(self, on: date) -> Decimal:
        found = self._days(on).values_list("amount", flat=True).first()
        return found if found is not None else Decimal(0)

    def book(self, on: date, amount: Decimal, n_read: int) -> None:
        ReadingDay.objects.get_or_create(connection_id=self._connection_id, on=on)
        self._days(on).update(amount=F("amount") + amount, n_read=F("n_read") + n_read)

    def _days(self, on: date) -> models.QuerySet[ReadingDay]:
        return ReadingDay.objects.filter(connection_id=self._connection_id, on=on)
