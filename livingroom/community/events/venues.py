"""Places in virtual worlds: made with a secret that is shown once, and replaced with a week for changing over."""

from datetime import datetime, timedelta

from django.utils.text import slugify

from livingroom.community.events.models import Venue
from livingroom.community.events.operations import CannotChange
from livingroom.networks.webhook.signing import new_secret
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.sealing import CannotUnseal, seal_text, unseal_text

CHANGE_OVER = timedelta(days=7)


def make_venue(
    *, staff: Staff, name: str, world: str, url: str, region: str, coordinates: str, now: datetime
) -> tuple[Venue, str]:
    """Make a place. Returns it with its secret, which is never shown again. Raises CannotChange, PermissionDenied."""
    require(staff, "set_up")
    slug, secret = slugify(name)[:40].strip("-"), new_secret()
    if not slug or Venue.objects.filter(slug=slug).exists():
        raise CannotChange("Another place has this name: give it one of its own.")
    venue = Venue.objects.create(
        slug=slug, name=name.strip()[:80], world=slugify(world)[:20] or "world", url=url, region=region,
        coordinates=coordinates, secret_sealed=seal_text(secret), made_at=now,
    )  # fmt: skip
    record_event(actor=staff, verb="made", subject=venue, now=now, name=venue.name)
    return venue, secret


def change_secret(*, staff: Staff, venue: Venue, now: datetime) -> str:
    """Give a place a new secret; the one before is taken for a week. Raises PermissionDenied."""
    require(staff, "set_up")
    secret = new_secret()
    venue.previous_secret_sealed, venue.previous_secret_until = venue.secret_sealed, now + CHANGE_OVER
    venue.secret_sealed = seal_text(secret)
    venue.save(update_fields=["secret_sealed", "previous_secret_sealed", "previous_secret_until"])
    record_event(actor=staff, verb="changed the secret of", subject=venue, now=now)
    return secret


def secrets_of(venue: Venue, now: datetime) -> list[str]:
    """What a delivery may be signed with. Raises CannotUnseal when the house has lost its own key."""
    sealed = [venue.secret_sealed]
    if venue.previous_secret_sealed and venue.previous_secret_until and now < venue.previous_secret_until:
        sealed.append(venue.previous_secret_sealed)
    return [unseal_text(token) for token in sealed if token]


__all__ = ["CannotUnseal", "change_secret", "make_venue", "secrets_of"]
