"""The till's pages."""

from django.http import HttpRequest

from livingroom.people.models import Staff


def staff_of(request: HttpRequest) -> Staff:
    """Who is signed in: every page here needs a login."""
    assert isinstance(request.user, Staff)
    return request.user
