"""The narrow rows: one for each person, with what segments ask; common words as bits, the others as rows of their own."""

from django.db import models

from livingroom.people.models import Customer

WORDS = ("bits_0", "bits_1", "bits_2")
BITS = 63  # of a signed 64-bit number


class Tag(models.Model):
    """One value of a fact that people have several of. Most are a bit of the narrow row, the others rows of their own."""

    fact = models.CharField(max_length=40)
    value = models.CharField(max_length=120)
    word = models.PositiveSmallIntegerField(null=True, blank=True)
    bit = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["fact", "value"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "value"], name="tag_once"),
            models.UniqueConstraint(fields=["word", "bit"], name="tag_has_its_own_bit"),
        ]

    def __str__(self) -> str:
        return f"{self.fact}: {self.value}"


class PersonFacts(models.Model):
    """What segments ask of one customer, kept equal to the rows by keeping.py. Who is not here is in no segment."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="segment_facts"
    )
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=8, blank=True)
    n_orders = models.PositiveIntegerField(default=0)
    n_orders_year = models.PositiveIntegerField(default=0)
    net_minor = models.BigIntegerField(default=0)
    net_year_minor = models.BigIntegerField(default=0)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    bits_0 = models.BigIntegerField(default=0)
    bits_1 = models.BigIntegerField(default=0)
    bits_2 = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "person facts"
        indexes = [
            # On PostgreSQL most sizes are read from this index alone.
            models.Index(
                fields=["country", "last_on", "net_minor"],
                include=["language", "n_orders", "n_orders_year", "bits_0", "bits_1"],
                name="facts_by_country",
            ),
            models.Index(fields=["last_on"], name="facts_by_last_order"),
            models.Index(fields=["net_minor"], name="facts_by_net"),
        ]

    def __str__(self) -> str:
        return f"facts of customer {self.customer_id}"


class PersonTag(models.Model):
    """A tag without a bit, on one person."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="people", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "customer"], name="person_tag_once")]

    def __str__(self) -> str:
        return f"customer {self.customer_id}: {self.tag_id}"


class PersonCount(models.Model):
    """A number that a room above tells of one person; nought has no row."""

    fact = models.CharField(max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    value = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "customer"], name="person_count_once")]

    def __str__(self) -> str:
        return f"customer {self.customer_id}: {self.fact} {self.value}"


class StalePerson(models.Model):
    """A customer whose facts must be read anew."""

    customer_number = models.PositiveBigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"customer {self.customer_number}"


class Progress(models.Model):
    """How far each source was read."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(null=True)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.at or self.number}"
