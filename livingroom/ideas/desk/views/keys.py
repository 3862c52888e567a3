"""Keys with which a program answers and merges in one's own name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from livingroom.ideas.keys import NoKey, make_key, revoke_key
from livingroom.ideas.models import StaffKey
from livingroom.people.policy import may, require


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """One's own; who sets up the house sees everybody's. On POST make one, and show it this once."""
    staff = require(request.user, "look")
    made, text, problem = None, "", ""
    if request.method == "POST":
        try:
            made, text = make_key(staff=staff, name=request.POST.get("name", ""), now=timezone.now())
        except NoKey as wrong:
            problem = str(wrong)
    rows = StaffKey.objects.filter(revoked_at=None).select_related("staff")
    context = {
        "rows": rows if may(staff, "set_up") else rows.filter(staff=staff),
        "made": made,
        "text": text,
        "problem": problem,
        "may_make": may(staff, "answer_ideas"),
    }
    return render(request, "ideas/desk/keys.html", context, status=422 if problem else 200)


@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    staff, key = require(request.user, "look"), get_object_or_404(StaffKey, pk=pk)
    revoke_key(staff=staff, key=key, now=timezone.now())
    messages.success(request, f"The key “{key.name}” is no longer accepted.")
    return redirect("desk_idea_keys")
