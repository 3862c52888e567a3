"""What is kept of a branch's day so that a year can be read at once. Made from the rows, never changed by hand."""

from django.db import models


class ServiceDay(models.Model):
    """The conversations that began on one day (UTC) at one branch (0: at none), packed as `packing` lays them out."""

    branch_number = models.BigIntegerField(default=0)
    on = models.DateField()
    n = models.PositiveIntegerField()
    cases = models.BinaryField()
    waits = models.BinaryField()
    closes = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "branch_number"], name="service_day_once")]

    def __str__(self) -> str:
        return f"{self.n} on {self.on} at branch {self.branch_number}"


class StaleDay(models.Model):
    """A day whose conversations changed since it was packed."""

    on = models.DateField(unique=True)

    def __str__(self) -> str:
        return str(self.on)


class Subject(models.Model):
    """A subject by its number, as packed days name it."""

    name = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name
