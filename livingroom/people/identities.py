"""One person behind several handles: what is known of two customers comes together, and can be parted without loss.

Every row that moved is written down with where it came from. Rooms above say which of their tables name a customer:
`add_mover(table, column)`; undoing moves back exactly the rows that moved then and are still there.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import models, transaction

from livingroom.people.models import Customer, Handle, Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


class CustomerMerge(models.Model):
    """Two customers were found to be one person: why, who said so, and whether it still holds."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_kept")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_left")
    evidence = models.TextField(help_text="Why these are one person.")
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    by_rule = models.CharField(
        max_length=60, blank=True, help_text="The rule that was certain, where no person said so."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(undone_at=None), name="customer_left_once"
            )
        ]

    def __str__(self) -> str:
        return f"customer {self.other_id} is customer {self.kept_id}"


class MovedRow(models.Model):
    """One row that went from one customer to the other."""

    merge = models.ForeignKey(CustomerMerge, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=60)
    row_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "table", "row_id"], name="moved_row_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class CannotMerge(ValueError):
    """The words say why."""


Touched = Callable[[models.QuerySet[models.Model]], object]
_movers: dict[str, tuple[type[models.Model], Touched | None]] = {}


def add_mover(model: type[models.Model], *, touched: Touched | None = None) -> None:
    """Let a table with a column `customer` take part. `touched` is called with the rows after they moved."""
    _movers[model._meta.label_lower] = (model, touched)


def merge_customers(
    *,
    kept: Customer,
    other: Customer,
    evidence: str,
    now: datetime,
    staff: Staff | None = None,
    by_rule: str = "",
) -> CustomerMerge:
    """Move all that names `other` to `kept`, writing down each row. Somebody of the staff says so, or a rule that is certain.

    Raises CannotMerge, PermissionDenied.
    """
    if staff is not None or not by_rule:
        require(staff, "answer")
    if kept.pk == other.pk:
        raise CannotMerge("These are one customer already.")
    if not evidence.strip():
        raise CannotMerge("Say why these are one person: an order number, a mail address, their own words.")
    with transaction.atomic():
        # In the order of their numbers, so that two who merge at once wait for each other and do not lock up.
        locked = Customer.objects.select_for_update().filter(pk__in=[kept.pk, other.pk]).order_by("pk")
        if len(locked) < 2 or CustomerMerge.objects.filter(other__in=[kept, other], undone_at=None).exists():
            raise CannotMerge("One of them was merged already. Open the customer who was kept.")
        merge = CustomerMerge.objects.create(
            kept=kept, other=other, evidence=evidence.strip(), at=now, staff=staff, by_rule=by_rule
        )
        for table in _tables():
            _move(merge, table, source=other, target=kept)
        record_event(actor=staff or f"rule: {by_rule}", verb="merged", subject=kept, now=now, other=other.pk)
    return merge


def undo_merge(*, staff: Staff, merge: CustomerMerge, now: datetime) -> CustomerMerge:
    """Give every row back to whom it came from. Raises CannotMerge, PermissionDenied."""
    require(staff, "answer")
    with transaction.atomic():
        if CustomerMerge.objects.filter(other=merge.kept_id, undone_at=None).exists():
            raise CannotMerge("Who was kept was merged again since: undo that first.")
        pending = CustomerMerge.objects.filter(pk=merge.pk, undone_at=None)
        if not pending.update(undone_at=now, undone_by=staff):
            raise CannotMerge("This was undone already.")
        merge.refresh_from_db()
        for table in _tables():
            _move_back(merge, table)
        record_event(
            actor=staff, verb="parted", subject=f"customer {merge.kept_id}", now=now, other=merge.other_id
        )
    return merge


def standing_merges(customer: Customer) -> models.QuerySet[CustomerMerge]:
    """Who else this customer was found to be."""
    return CustomerMerge.objects.filter(kept=customer, undone_at=None).select_related("staff", "other")


def _tables() -> list[str]:
    return [Handle._meta.label_lower, *_movers]


def _known(table: str) -> tuple[type[models.Model], Touched | None]:
    return _movers.get(table, (Handle, None))


def _move(merge: CustomerMerge, table: str, *, source: Customer, target: Customer) -> None:
    model, touched = _known(table)
    rows = model._default_manager.filter(customer=source)
    ids = list(rows.values_list("pk", flat=True))
    MovedRow.objects.bulk_create(MovedRow(merge=merge, table=table, row_id=pk) for pk in ids)
    moved = model._default_manager.filter(pk__in=ids)
    moved.update(customer=target)
    if touched and ids:
        touched(moved)


def _move_back(merge: CustomerMerge, table: str) -> None:
    model, touched = _known(table)
    ids = list(merge.rows.filter(table=table).values_list("row_id", flat=True))
    # What somebody gave to yet another customer meanwhile stays there.
    moved = model._default_manager.filter(pk__in=ids, customer=merge.kept_id)
    ids = list(moved.values_list("pk", flat=True))
    moved.update(customer=merge.other_id)
    if touched and ids:
        touched(model._default_manager.filter(pk__in=ids))
