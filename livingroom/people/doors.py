"""The two doors for people who have no account yet: the first start, and the demo."""

import secrets

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.config.secrets import stored_key
from livingroom.people.models import Staff
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEMO_EMAIL = "maya@cornerpc.example"


class FirstAccountForm(forms.Form):
    brand = forms.CharField(label="Name of the brand", max_length=80)
    name = forms.CharField(label="Your name", max_length=80)
    email = forms.EmailField(label="Your mail address")
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput,
        validators=[validate_password],
        help_text="Ten characters or more.",
    )


def set_up_path() -> str:
    """The one-time path to the first account; empty once somebody has one."""
    if Staff.objects.exists():
        return ""
    return reverse("set_up", args=[stored_key(settings.HOME / "setup.token")])


def set_up(request: HttpRequest, token: str) -> HttpResponse:
    token_path = settings.HOME / "setup.token"
    known = stored_key(token_path, make=False) if token_path.exists() else ""
    if Staff.objects.exists() or not known or not secrets.compare_digest(known.encode(), token.encode()):
        raise Http404("This link was used already, or it is not the one printed at the start.")
    form = FirstAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, _make_first_account(form.cleaned_data), backend=BACKEND)
        token_path.unlink(missing_ok=True)
        return redirect("overview")
    return render(request, "people/set_up.html", {"form": form})


@transaction.atomic
def _make_first_account(answers: dict[str, str]) -> Staff:
    brand = Brand.current()
    brand.name = answers["brand"]
    brand.save()
    staff = Staff.objects.create_superuser(answers["email"], answers["password"], name=answers["name"])
    record_event(actor=staff, verb="opened the house", subject=staff, now=timezone.now())
    return staff


@require_POST
def enter_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo's community manager; only in the demo, and only on this machine."""
    if not settings.DEMO:
        raise Http404("There is no demo here.")
    maya, is_new = Staff.objects.get_or_create(
        email=DEMO_EMAIL, defaults={"name": "Maya Lindqvist", "role": Staff.Role.ADMIN}
    )
    if is_new:
        maya.set_unusable_password()
        maya.save()
    login(request, maya, backend=BACKEND)
    return redirect("overview")
