"""From the journal to the lake and the roll-ups, exactly once."""

from livingroom.links.shipping.report import ShippingReport
from livingroom.links.shipping.ship import Shipper

__all__ = ["Shipper", "ShippingReport"]
