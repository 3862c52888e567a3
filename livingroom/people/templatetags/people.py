"""What a role may do, for pages that offer it only to those."""

from typing import cast

from django import template

from livingroom.people import policy

register = template.Library()


@register.filter
def may(staff: object, deed: str) -> bool:
    """{% if request.user|may:"see_people" %}: somewhere at all, or for the house's deeds at all."""
    return policy.may(staff, cast(policy.Deed, deed))
