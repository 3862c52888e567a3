"""Which member a request comes from. Visitors get no cookie; members one session, which staff may share."""

from datetime import timedelta

from django.http import HttpRequest

from livingroom.people.members.models import Member

KEY = "member"
# Who comes back within a quarter of a year is known again; staff who share the browser sign in anew as always.
STAYS_FOR = timedelta(days=90)


def member_of(request: HttpRequest) -> Member | None:
    """The member who signed in here, unless they were closed out since."""
    known: Member | bool | None = getattr(request, "_member", False)
    if known is False or known is True:
        number = request.session.get(KEY)
        known = Member.objects.welcome().filter(pk=number).first() if number else None
        request._member = known  # type: ignore[attr-defined]  # asked several times for one page
    return known or None


def let_in(request: HttpRequest, member: Member) -> None:
    request.session.cycle_key()
    request.session[KEY] = member.pk
    if not request.user.is_authenticated:
        request.session.set_expiry(STAYS_FOR)
    request._member = member  # type: ignore[attr-defined]  # see above


def let_out(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
    request._member = None  # type: ignore[attr-defined]  # see above
