"""Venues: places in virtual worlds, and what they told us."""

from django.db import models


class Venue(models.Model):
    """A place in a virtual world that tells us who came, by signed deliveries."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    world = models.SlugField(
        max_length=20, help_text="The world's short name, by which its people's handles are kept."
    )
    url = models.URLField(max_length=500, blank=True, help_text="How one gets there.")
    region = models.CharField(max_length=80, blank=True)
    coordinates = models.CharField(max_length=40, blank=True, help_text="Such as 128, 64, 22.")
    secret_sealed = models.TextField(blank=True)
    previous_secret_sealed = models.TextField(blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VenueDelivery(models.Model):
    """A delivery of a venue that was taken in: the same once more changes nothing."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    n = models.PositiveIntegerField(help_text="How many comings and goings it told of.")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["venue", "delivery_id"], name="venue_delivery_once")]

    def __str__(self) -> str:
        return self.delivery_id
