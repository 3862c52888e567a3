from typing import Any, ClassVar

from django.db import models

from livingroom.branches.models import Branch
from livingroom.people.models import Customer


class Shop(models.Model):
    """A till that sends us orders: a web shop, a payment provider, a retail counter."""

    class Kind(models.TextChoices):
        GENERIC = "generic", "Signed webhook or API"
        STRIPE = "stripe", "Stripe"
        SHOPIFY = "shopify", "Shopify"
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        CSV = "csv", "Files"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    currency = models.CharField(max_length=3, default="USD")
    division = models.CharField(max_length=60, blank=True)
    secret_encrypted = models.TextField(blank=True)
    previous_secret_encrypted = models.TextField(
        blank=True, help_text="Still accepted while the shop changes over."
    )
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """A sale as the shop knows it. It knows nothing of marketing; sums are kept from its ledger entries."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders")
    external_id = models.CharField(max_length=120)
    placed_at = models.DateTimeField()
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    is_first_order = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True)
    division = models.CharField(max_length=60, blank=True)
    product = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    currency = models.CharField(max_length=3)
    codes = models.JSONField(default=list, blank=True, help_text="As redeemed, upper case.")
    click_id = models.CharField(max_length=64, blank=True, db_index=True)
    said_channel = models.CharField(max_length=40, blank=True)
    referrer_host = models.CharField(max_length=120, blank=True)
    # Kept from the ledger, in the same transaction: what the order is worth now.
    gross_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField(default=0)
    net_reporting_minor = models.BigIntegerField(default=0)
    discount_reporting_minor = models.BigIntegerField(default=0)
    goods_reporting_minor = models.BigIntegerField(default=0, help_text="Cost of goods.")
    said_at = models.DateTimeField(
        null=True, blank=True, help_text="When the shop said so, if it tells: what is older changes nothing."
    )
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "external_id"], name="order_once_per_shop")]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest_first"),
            models.Index(fields=["country", "-placed_at"], name="order_by_country"),
            models.Index(fields=["shop", "-placed_at", "-id"], name="order_by_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id}/{self.external_id}"


class LedgerIsAppendOnly(Exception):
    """Money that moved is corrected by another entry, never by changing or deleting one."""


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def update(self, **_: Any) -> int:
        raise LedgerIsAppendOnly("A ledger entry is never changed: add an entry that corrects it.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerIsAppendOnly("A ledger entry is never deleted: add an entry that corrects it.")


class LedgerEntry(models.Model):
    """Money that moved, once and for ever: rows are only added."""

    class Kind(models.TextChoices):
        SALE = "sale", "Sale"
        EDIT = "edit", "Change of the order"
        REFUND = "refund", "Refund"
        CANCEL = "cancel", "Cancellation"
        CHARGEBACK = "chargeback", "Chargeback"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="entries")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    external_id = models.CharField(max_length=120)
    at = models.DateTimeField()
    amount_minor = models.BigIntegerField(help_text="Signed: refunds are negative.")
    discount_minor = models.BigIntegerField(default=0)
    goods_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(
        max_digits=24, decimal_places=12, help_text="Reporting currency for one of this currency."
    )
    rate_on = models.DateField(
        help_text="The day of the rate that was used: the order's date, or the last bank day before it."
    )
    reporting_currency = models.CharField(max_length=3)
    reporting_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["LedgerEntry"]] = models.Manager.from_queryset(LedgerQuerySet)()

    class Meta:
        base_manager_name = "objects"
        ordering = ["at", "id"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["shop", "kind", "external_id"], name="ledger_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly("A ledger entry is never changed: add an entry that corrects it.")
        super().save(**options)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise LedgerIsAppendOnly("A ledger entry is never deleted: add an entry that corrects it.")


class ColumnMapping(models.Model):
    """How the columns of a shop's file are called, saved by name."""

    name = models.CharField(max_length=60, unique=True)
    columns = models.JSONField(help_text="Ours to theirs, such as {'order_id': 'Name'}.")
    decimal_comma = models.BooleanField(default=False, help_text="Amounts are written 1.234,50.")
    date_format = models.CharField(
        max_length=40, blank=True, help_text="Such as %d.%m.%Y %H:%M; empty for ISO 8601."
    )
    time_zone = models.CharField(max_length=40, default="UTC", help_text="Of times that name none.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file that was read."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    n_rows = models.PositiveIntegerField(default=0)
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_same = models.PositiveIntegerField(default=0)
    n_dead = models.PositiveIntegerField(default=0)
    n_skipped = models.PositiveIntegerField(default=0, help_text="Not paid, so nothing was sold yet.")
    layout = models.CharField(
        max_length=60, default="shopify", help_text="shopify, or the name of a column mapping."
    )
    path = models.CharField(
        max_length=400, blank=True, help_text="Where the upload waits; empty once it was read."
    )
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When its reader last gave a sign of life."
    )
    started_by = models.CharField(max_length=120, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.file_name


class Intake(models.Model):
    """One raw event or file row as it came, kept before anything is done with it."""

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting"
        APPLIED = "applied", "Applied"
        WAITING = "waiting", "Waiting for its order"
        DEAD = "dead", "Needs a person"
        DISMISSED = "dismissed", "Dismissed by a person"

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="intake")
    dedupe_key = models.CharField(max_length=200)
    source = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    problem = models.TextField(blank=True)
    problem_field = models.CharField(
        max_length=60, blank=True, help_text="The field or column that is wrong."
    )
    problem_code = models.CharField(max_length=20, blank=True)
    waits_for = models.CharField(max_length=120, blank=True, help_text="The order that must come first.")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="intake")
    file_import = models.ForeignKey(
        Import, null=True, blank=True, on_delete=models.CASCADE, related_name="dead_rows"
    )
    row_number = models.PositiveIntegerField(null=True, blank=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "dedupe_key"], name="intake_once")]
        indexes = [
            models.Index(fields=["state", "id"], name="intake_by_state"),
            models.Index(
                fields=["shop", "waits_for"], condition=models.Q(state="waiting"), name="intake_that_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.dedupe_key}"


class RefusedDelivery(models.Model):
    """Deliveries that could not prove where they came from. They are counted; what they said is not kept."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="refused")
    on = models.DateField()
    reason = models.CharField(max_length=120)
    n = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["shop", "on", "reason"], name="refusals_once_a_day")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.on} {self.reason}: {self.n}"


class Cost(models.Model):
    """What the programme cost: staff, tools, fees, ads. Discounts and goods are on the orders."""

    class Kind(models.TextChoices):
        STAFF = "staff", "Staff time"
        TOOLS = "tools", "Tools"
        NETWORK_FEE = "network_fee", "Network fees"
        ADS = "ads", "Advertising"
        OTHER = "other", "Other"

    kind = models.CharField(max_length=12, choices=Kind)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="costs")
    on = models.DateField(db_index=True)
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="For staff time.")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reporting_minor = models.BigIntegerField()
    reporting_currency = models.CharField(max_length=3)
    text = models.CharField(max_length=200, blank=True)
    source_key = models.CharField(max_length=120, unique=True, null=True, blank=True)

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}: {self.amount_minor} {self.currency}"


class ApiKey(models.Model):
    """A key with which a shop or a script calls the API; only its hash is kept."""

    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
