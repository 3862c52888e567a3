"""What our people may do about a member, on the customer's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.people.members.doing import CannotDo
from livingroom.people.members.models import Member
from livingroom.people.members.operations import close_out, let_back_in
from livingroom.people.policy import require


@require_POST
def member_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an address out with a reason, or let it back in."""
    staff = require(request.user, "moderate")
    member = get_object_or_404(Member, pk=pk, staff=None, customer__isnull=False)
    try:
        if "back" in request.POST:
            let_back_in(staff=staff, member=member, now=timezone.now())
        else:
            close_out(staff=staff, member=member, reason=request.POST.get("reason", ""), now=timezone.now())
    except CannotDo as problem:
        messages.error(request, str(problem))
    return redirect("customer", member.customer_id)
