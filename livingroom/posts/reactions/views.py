"""Reactions: what came home, where it is shown again, and who asked to be left out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.models import Connection
from livingroom.networks.reactions import operations as kept
from livingroom.networks.reactions.models import OptOut, Reaction, StreamPlace
from livingroom.networks.registry import find_network
from livingroom.people.policy import may, require
from livingroom.posts.reactions.forms import BringHomeForm, OptOutForm
from livingroom.posts.reactions.models import BringHome, WrittenBack
from livingroom.posts.reactions.operations import bring_home, leave_there
from livingroom.posts.reactions.queries import placements_of

PAGE_SIZE = 25


@require_safe
def reactions(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    return _page(request)


@require_POST
def reaction_hide(request: HttpRequest, pk: int) -> HttpResponse:
    reaction = get_object_or_404(Reaction, pk=pk)
    kept.hide_reaction(staff=require(request.user, "publish"), reaction=reaction, now=timezone.now())
    messages.success(request, f"The {reaction.get_kind_display().lower()} of {reaction.who} is hidden.")
    return redirect("reactions")


@require_POST
def reactions_home(request: HttpRequest) -> HttpResponse:
    """Set a branch to show what is said elsewhere."""
    staff, form = require(request.user, "set_up"), BringHomeForm(request.POST)
    if not form.is_valid():
        return _page(request, home_form=form)
    branch = form.cleaned_data["branch"]
    try:
        bring_home(staff=staff, branch=branch, how=form.cleaned_data["how"], now=timezone.now())
    except Forbidden as error:
        form.add_error("branch", error.text)
        return _page(request, home_form=form)
    messages.success(request, f"{branch} shows from now on what is said of its posts elsewhere.")
    return redirect("reactions")


@require_POST
def reactions_stay(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(BringHome.objects.select_related("branch"), pk=pk)
    leave_there(staff=require(request.user, "set_up"), rule=rule, now=timezone.now())
    messages.success(request, f"Nothing more is brought to {rule.branch}.")
    return redirect("reactions")


@require_POST
def reactions_leave_out(request: HttpRequest) -> HttpResponse:
    staff, form = require(request.user, "publish"), OptOutForm(request.POST, networks=_networks())
    if not form.is_valid():
        return _page(request, out_form=form)
    try:
        n = kept.opt_out(staff=staff, now=timezone.now(), **form.cleaned_data)
    except Invalid as error:
        form.add_error(error.field, error.text)
        return _page(request, out_form=form)
    messages.success(request, f"{form.cleaned_data['who']} is left out; {n} kept reactions are forgotten.")
    return redirect("reactions")


@require_POST
def reactions_let_in(request: HttpRequest, pk: int) -> HttpResponse:
    out = get_object_or_404(OptOut, pk=pk)
    kept.let_back_in(staff=require(request.user, "publish"), out=out, now=timezone.now())
    messages.success(request, f"{out.who} is kept again.")
    return redirect("reactions")


@require_http_methods(["GET", "HEAD", "POST"])
def said(request: HttpRequest, key: str) -> HttpResponse:
    """The public page of one reaction, for Webmentions; whoever said it can have it left out here."""
    row = WrittenBack.objects.filter(key=key, how=BringHome.How.WEBMENTION).select_related(
        "reaction__connection", "placement"
    )
    found = row.first()
    if found is None:
        raise Http404
    reaction = found.reaction
    if request.method == "POST" and reaction is not None:
        kept.ask_to_leave_out(reaction=reaction, now=timezone.now())
    if reaction is None or reaction.gone_at or reaction.hidden_at:
        return render(request, "posts/reactions/gone.html", status=410)
    network = find_network(reaction.connection.network).title
    context = {"reaction": reaction, "network": network, "target": found.placement.remote_url}
    return render(request, "posts/reactions/said.html", context)


def _page(
    request: HttpRequest, home_form: BringHomeForm | None = None, out_form: OptOutForm | None = None
) -> HttpResponse:
    rows = Reaction.objects.standing().select_related("connection").order_by("-at", "-pk")
    pages = Paginator(rows, PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    placements = placements_of(list(page))
    context = {
        "rows": [(row, placements.get(row.pk)) for row in page],
        "newer_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "older_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        "n": pages.count,
        "troubles": StreamPlace.objects.exclude(problem="").select_related("connection"),
        "rules": BringHome.objects.select_related("branch"),
        "stuck": WrittenBack.objects.filter(state=WrittenBack.State.REFUSED).select_related(
            "reaction", "placement__branch"
        )[:10],
        "outs": OptOut.objects.all()[:100],
        "home_form": home_form or BringHomeForm(),
        "out_form": out_form or OptOutForm(networks=_networks()),
        "may_publish": may(request.user, "publish"),
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "posts/reactions/list.html", context, status=422 if home_form or out_form else 200)


def _networks() -> list[str]:
    return sorted(set(Connection.objects.values_list("network", flat=True)))
