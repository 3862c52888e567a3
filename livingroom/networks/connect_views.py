"""Pages of connecting: the list of networks, one guided page for each, the way there and back."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from livingroom.networks import operations
from livingroom.networks.connecting import Finding, Redirect, new_state
from livingroom.networks.errors import Invalid, NetworkError
from livingroom.networks.forms import ConnectForm
from livingroom.networks.guides import guide_of, initial_of, network_rows
from livingroom.networks.interface import Network
from livingroom.networks.models import Connection
from livingroom.networks.own_apps import app_of, forget_app, keep_app
from livingroom.networks.registry import UnknownNetwork, find_network
from livingroom.networks.sign_in import CannotBeUsed, Choosing, Visit, WayLost
from livingroom.people.policy import may, require

PURPOSE_SALT = "livingroom.networks.purpose"


def guide_url(network: str, *, subject: str, then: str, title: str, initial: dict[str, str]) -> str:
    """Where to connect an account for something: when it is done, the subject's room hears of it."""
    purpose = signing.dumps(
        {"subject": subject, "then": then, "title": title, "initial": initial}, salt=PURPOSE_SALT
    )
    return f"{reverse('network', args=[network])}?for={purpose}"


@require_GET
def networks(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    context = {"rows": network_rows(), "may_set_up": may(request.user, "set_up")}
    return render(request, "networks/networks.html", context)


@require_GET
def network(request: HttpRequest, name: str) -> HttpResponse:
    """The guided page of one network."""
    require(request.user, "set_up")
    return _guided(request, _connector(name))


@require_POST
def network_app(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the values of the app that the owner made on the network's side."""
    connector = _connector(name)
    form = ConnectForm(connector.app_fields, request.POST)
    if not form.is_valid():
        return _guided(request, connector, app_form=form)
    keep_app(
        staff=require(request.user, "set_up"),
        connector=connector,
        values=form.cleaned_data,
        now=timezone.now(),
    )
    messages.success(request, f"The app for {connector.title} is kept, encrypted. Now connect the account.")
    return redirect(_back_to_guide(request, name))


@require_POST
def network_app_forget(request: HttpRequest, name: str) -> HttpResponse:
    connector = _connector(name)
    forget_app(staff=require(request.user, "set_up"), connector=connector, now=timezone.now())
    messages.success(request, f"The app for {connector.title} is forgotten.")
    return redirect(_back_to_guide(request, name))


@require_POST
def network_check(request: HttpRequest, name: str) -> HttpResponse:
    """Say what is missing, and keep nothing."""
    connector = _connector(name)
    form = ConnectForm(connector.connect_fields, request.POST)
    findings = operations.try_connecting(
        staff=require(request.user, "set_up"),
        network=name,
        form=form.typed(),
        visit=_visit(request),
        now=timezone.now(),
    )
    if getattr(request, "htmx", False):
        return render(request, "networks/findings.html", {"findings": findings})
    return _guided(request, connector, form=form, findings=findings)


@require_POST
def network_connect(request: HttpRequest, name: str) -> HttpResponse:
    connector = _connector(name)
    form = ConnectForm(connector.connect_fields, request.POST)
    if not form.is_valid():
        return _guided(request, connector, form=form)
    staff, visit = require(request.user, "set_up"), _visit(request)
    try:
        ended = operations.connect_account(
            staff=staff, network=name, form=form.cleaned_data, now=timezone.now(), visit=visit
        )
    except (NetworkError, CannotBeUsed) as error:
        field = error.field if isinstance(error, Invalid) and error.field in form.fields else None
        form.add_error(field, ValidationError(str(error)))
        return _guided(request, connector, form=form)
    if isinstance(ended, Redirect):
        # The content policy lets no form lead elsewhere: a page of our own does.
        request.session["go_on"] = {"url": ended.url, "network": name}
        return redirect("connect_go")
    return _connected(request, ended, visit.then)


@require_GET
@never_cache
def connect_go(request: HttpRequest) -> HttpResponse:
    """Go on at the network."""
    require(request.user, "set_up")
    on = request.session.pop("go_on", None)
    if not on or urlsplit(on["url"]).scheme not in ("https", "http"):
        return redirect("networks")
    context = {
        "url": on["url"],
        "host": urlsplit(on["url"]).hostname,
        "title": _connector(on["network"]).title,
    }
    return render(request, "networks/go.html", context)


@require_GET
@never_cache
def connect_return(request: HttpRequest) -> HttpResponse:
    """The person is back from the network's pages. `state` proves that they went there from here."""
    staff = require(request.user, "set_up")
    try:
        ended, then = operations.finish_connecting(
            staff=staff, params=request.GET.dict(), visit=_visit(request), now=timezone.now()
        )
    except (NetworkError, CannotBeUsed, WayLost) as error:
        return render(request, "networks/not_connected.html", {"text": str(error)}, status=422)
    if isinstance(ended, Choosing):
        return render(request, "networks/choose.html", {"choosing": ended})
    return _connected(request, ended, then)


@require_POST
def connect_choose(request: HttpRequest) -> HttpResponse:
    """One of the accounts that the person allowed."""
    try:
        connection, then = operations.choose_account(
            staff=require(request.user, "set_up"),
            state=request.POST.get("state", ""),
            number=request.POST.get("number", ""),
            visit=_visit(request),
            now=timezone.now(),
        )
    except (CannotBeUsed, WayLost) as error:
        return render(request, "networks/not_connected.html", {"text": str(error)}, status=422)
    return _connected(request, connection, then)


def _guided(
    request: HttpRequest,
    connector: type[Network],
    *,
    form: ConnectForm | None = None,
    app_form: ConnectForm | None = None,
    findings: list[Finding] | None = None,
) -> HttpResponse:
    purpose = _purpose(request)
    given = {**purpose.get("initial", {}), **request.GET.dict()}
    context = {
        "guide": guide_of(connector, has_app=bool(connector.app_fields and app_of(connector))),
        "form": form or ConnectForm(connector.connect_fields, initial=initial_of(connector, given)),
        "app_form": app_form or ConnectForm(connector.app_fields),
        "findings": findings,
        "redirect_uri": _redirect_uri(),
        "purpose": purpose,
        "for": _purpose_word(request),
    }
    wrong = (form is not None and findings is None) or app_form is not None
    return render(request, "networks/network.html", context, status=422 if wrong else 200)


def _connected(request: HttpRequest, connection: Connection, then: str) -> HttpResponse:
    messages.success(request, f"{connection.handle} is connected.")
    return redirect(then or reverse("network_account", args=[connection.pk]))


def _visit(request: HttpRequest) -> Visit:
    browser = request.session.setdefault("connecting", new_state())
    purpose = _purpose(request)
    return Visit(browser, _redirect_uri(), purpose.get("subject", ""), purpose.get("then", ""))


def _redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}{reverse('connect_return')}"


def _purpose(request: HttpRequest) -> dict[str, Any]:
    """What the account is for, as one of our own pages signed it."""
    try:
        purpose: dict[str, Any] = signing.loads(_purpose_word(request), salt=PURPOSE_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return {}
    return purpose


def _purpose_word(request: HttpRequest) -> str:
    return request.POST.get("for") or request.GET.get("for", "")


def _back_to_guide(request: HttpRequest, name: str) -> str:
    word = _purpose_word(request)
    return reverse("network", args=[name]) + (f"?for={word}" if word else "")


def _connector(name: str) -> type[Network]:
    try:
        return find_network(name)
    except UnknownNetwork as error:
        raise Http404(str(error)) from None
