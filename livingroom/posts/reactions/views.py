"""Reactions: what came home, where it is shown again, whom our posts tell, and who asked to be left out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livingroom.branches.queries import network_title
from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.models import Connection, ReceivedMention
from livingroom.networks.reactions import operations as kept
from livingroom.networks.reactions.models import OptOut, Reaction, StreamPlace
from livingroom.networks.registry import find_network
from livingroom.people.policy import may, require
from livingroom.posts.reactions.forms import BringHomeForm, OptOutForm, TellLinkedForm
from livingroom.posts.reactions.models import BringHome, Telling, TellLinked, WrittenBack
from livingroom.posts.reactions.operations import bring_home, leave_there, tell_linked, tell_no_more
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
def reaction_show(request: HttpRequest, pk: int) -> HttpResponse:
    reaction = get_object_or_404(Reaction, pk=pk)
    kept.show_reaction(staff=require(request.user, "publish"), reaction=reaction, now=timezone.now())
    messages.success(request, f"The {reaction.get_kind_display().lower()} of {reaction.who} is shown again.")
    return redirect("reactions")


@require_POST
def reactions_ask(request: HttpRequest) -> HttpResponse:
    """Ask every network now, before its turn."""
    n = kept.ask_now(staff=require(request.user, "publish"), now=timezone.now())
    messages.success(
        request,
        "The networks are asked; what they tell is here in a moment."
        if n
        else "All networks were asked just now, or want rest.",
    )
    return redirect("reactions")


@require_POST
def reactions_tell(request: HttpRequest) -> HttpResponse:
    """Let a branch's posts tell the pages that they link to."""
    staff, form = require(request.user, "set_up"), TellLinkedForm(request.POST)
    if not form.is_valid():
        return _page(request, tell_form=form)
    branch = form.cleaned_data["branch"]
    tell_linked(staff=staff, branch=branch, now=timezone.now())
    messages.success(request, f"From now on, posts of {branch} tell the pages that they link to.")
    return redirect("reactions")


@require_POST
def reactions_tell_stop(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(TellLinked.objects.select_related("branch"), pk=pk)
    tell_no_more(staff=require(request.user, "set_up"), rule=rule, now=timezone.now())
    messages.success(request, f"Posts of {rule.branch} tell nobody any more.")
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
    request: HttpRequest,
    home_form: BringHomeForm | None = None,
    out_form: OptOutForm | None = None,
    tell_form: TellLinkedForm | None = None,
) -> HttpResponse:
    is_hidden = request.GET.get("show") == "hidden"
    shown = Reaction.objects.hidden() if is_hidden else Reaction.objects.standing()
    pages = Paginator(shown.select_related("connection").order_by("-at", "-pk"), PAGE_SIZE)
    page, asked = pages.get_page(request.GET.get("page")), "show=hidden&" if is_hidden else ""
    placements = placements_of(list(page))
    context = {
        "rows": [(row, network_title(row.connection.network), placements.get(row.pk)) for row in page],
        "tabs": _tabs(is_hidden=is_hidden),
        "is_hidden": is_hidden,
        "newer_url": f"?{asked}page={page.previous_page_number()}" if page.has_previous() else "",
        "older_url": f"?{asked}page={page.next_page_number()}" if page.has_next() else "",
        "troubles": StreamPlace.objects.exclude(problem="").select_related("connection"),
        "rules": BringHome.objects.select_related("branch"),
        "stuck": WrittenBack.objects.filter(state=WrittenBack.State.REFUSED).select_related(
            "reaction", "placement__branch"
        )[:10],
        "tellers": TellLinked.objects.select_related("branch"),
        "tellings": Telling.objects.select_related("placement__branch", "placement__post")[:10],
        "outs": OptOut.objects.all()[:100],
        "home_form": home_form or BringHomeForm(),
        "out_form": out_form or OptOutForm(networks=_networks()),
        "tell_form": tell_form or TellLinkedForm(),
        "may_publish": may(request.user, "publish"),
        "may_set_up": may(request.user, "set_up"),
    }
    is_wrong = home_form or out_form or tell_form
    return render(request, "posts/reactions/list.html", context, status=422 if is_wrong else 200)


def _tabs(*, is_hidden: bool) -> list[dict[str, object]]:
    here = reverse("reactions")
    return [
        {
            "url": here,
            "label": "Shown",
            "is_current": not is_hidden,
            "n": Reaction.objects.standing().count(),
        },
        {
            "url": f"{here}?show=hidden",
            "label": "Hidden",
            "is_current": is_hidden,
            "n": Reaction.objects.hidden().count(),
        },
        {"url": reverse("mentions"), "label": "Webmentions", "n": ReceivedMention.objects.standing().count()},
    ]


def _networks() -> list[str]:
    return sorted(set(Connection.objects.values_list("network", flat=True)))
