"""The tables of events, by what they are about."""

from livingroom.community.events.models.coming import Attendance, Rsvp
from livingroom.community.events.models.events import Event
from livingroom.community.events.models.outcome import CameOfIt, EventPost
from livingroom.community.events.models.venues import Venue, VenueDelivery

__all__ = ["Attendance", "CameOfIt", "Event", "EventPost", "Rsvp", "Venue", "VenueDelivery"]
