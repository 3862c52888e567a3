"""The page of one connected account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.networks import operations
from livingroom.networks.errors import NetworkError
from livingroom.networks.guides import account_of, limit_in_words
from livingroom.networks.models import Connection
from livingroom.networks.registry import find_network
from livingroom.people.policy import may, require


@require_GET
def account(request: HttpRequest, number: int) -> HttpResponse:
    """One connected account: its state, its rights, its limits."""
    require(request.user, "look")
    connection = get_object_or_404(Connection, pk=number)
    connector = find_network(connection.network)
    info = account_of(connection)
    context = {
        "connection": connection,
        "network": connector.title,
        "findings": connector.scope_findings(info),
        "limit": limit_in_words(connection.own_limits or connector.limits),
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "networks/account.html", context)


@require_POST
def account_check(request: HttpRequest, number: int) -> HttpResponse:
    require(request.user, "set_up")
    connection = get_object_or_404(Connection, pk=number)
    try:
        found = operations.check_connection(connection=connection, now=timezone.now())
    except NetworkError as error:
        messages.error(request, f"{connection}: {error}")
    else:
        messages.success(request, f"{find_network(connection.network).title} knows us as {found.handle}.")
    return redirect("network_account", number)


@require_POST
def account_disconnect(request: HttpRequest, number: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=number)
    operations.disconnect_account(
        staff=require(request.user, "set_up"), connection=connection, now=timezone.now()
    )
    messages.success(request, f"{connection} is disconnected; its secrets are gone from here.")
    return redirect("network_account", number)
