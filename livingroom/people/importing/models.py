"""Files of customers that were read, what could not be, and how their columns are called."""

from django.db import models


class CustomerMapping(models.Model):
    """How the columns of a file of customers are called, saved by name."""

    name = models.CharField(max_length=60, unique=True)
    columns = models.JSONField(help_text="Ours to theirs, such as {'mail': 'E-mail'}.")
    date_format = models.CharField(
        max_length=40, blank=True, help_text="Such as %d.%m.%Y %H:%M; empty for ISO 8601."
    )
    time_zone = models.CharField(max_length=40, default="UTC", help_text="Of times that name none.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CustomerImport(models.Model):
    """One file that was read."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    shop = models.CharField(max_length=40, blank=True, help_text="The shop whose customer numbers these are.")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    layout = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60, blank=True, help_text="What a yes in the file is a yes to.")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When its reader last gave a sign of life."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(
        max_length=400, blank=True, help_text="Where the upload waits; empty once it was read."
    )
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    n_rows = models.PositiveIntegerField(default=0)
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_same = models.PositiveIntegerField(default=0)
    n_left_out = models.PositiveIntegerField(default=0, help_text="Erased at their own wish.")
    n_bad = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class BadRow(models.Model):
    """A row that could not be read. What it says of a person is not kept: its line is enough to find it in the file."""

    file_import = models.ForeignKey(CustomerImport, on_delete=models.CASCADE, related_name="bad_rows")
    number = models.PositiveIntegerField(help_text="As a spreadsheet counts; the header is row 1.")
    column = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["file_import", "number"], name="bad_row_once")]

    def __str__(self) -> str:
        return f"row {self.number}: {self.reason}"
