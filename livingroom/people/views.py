"""The settings page: the brand, and who works here."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.people import operations
from livingroom.people.forms import BrandForm, InviteForm, StaffForm, scope_words
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.models import Brand


def settings(request: HttpRequest) -> HttpResponse:
    """Everybody of the staff may read the settings; admins change them."""
    if request.method == "POST":
        require(request.user, "set_up")
        form = BrandForm(request.POST, instance=Brand.current())
        if form.is_valid():
            operations.save_brand(
                staff=require(request.user, "set_up"), brand=form.save(commit=False), now=timezone.now()
            )
            messages.success(request, "The settings are saved.")
            return redirect("settings")
        return _page(request, form, InviteForm(), status=422)
    return _page(request, BrandForm(instance=Brand.current()), InviteForm())


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    require(request.user, "set_up")
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, BrandForm(instance=Brand.current()), form, status=422)
    invited, url = operations.invite_staff(
        staff=require(request.user, "set_up"), now=timezone.now(), **form.cleaned_data
    )
    return _page(request, BrandForm(instance=Brand.current()), InviteForm(), invited=invited, url=url)


@require_POST
def change(request: HttpRequest, staff_id: int) -> HttpResponse:
    require(request.user, "set_up")
    other = get_object_or_404(Staff, pk=staff_id)
    form = StaffForm(request.POST)
    if form.is_valid():
        try:
            operations.change_staff(
                staff=require(request.user, "set_up"), other=other, now=timezone.now(), **form.cleaned_data
            )
            messages.success(
                request,
                f"{other} is {other.get_role_display().lower()}{'' if other.is_active else ', and may not sign in'}.",
            )
        except operations.LastAdmin as error:
            messages.error(request, str(error))
    else:
        messages.error(request, " ".join(str(text) for found in form.errors.values() for text in found))
    return redirect("settings")


def _everybody() -> QuerySet[Staff]:
    return Staff.objects.order_by("-is_active", "name").prefetch_related("scopes")


def _page(
    request: HttpRequest,
    form: BrandForm,
    invite_form: InviteForm,
    *,
    invited: Staff | None = None,
    url: str = "",
    status: int = 200,
) -> HttpResponse:
    may_set_up = may(request.user, "set_up")
    if not may_set_up:
        for field in form.fields.values():
            field.disabled = True
    context = {
        "form": form,
        "invite_form": invite_form,
        "invited": invited,
        "invitation_url": url,
        "people": [(person, scope_words(person.scopes.all())) for person in _everybody()],
        "roles": Staff.Role.choices,
        "may_set_up": may_set_up,
    }
    return render(request, "people/settings.html", context, status=status)
