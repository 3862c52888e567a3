"""The rules and desks, a rule with what it would have caught, and the pick of three."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.branches.models import Host
from livingroom.inbox.models import Conversation
from livingroom.inbox.routing.desks import open_by_owner
from livingroom.inbox.routing.facts import facts_of, fits
from livingroom.inbox.routing.forms import DeskForm, RuleForm
from livingroom.inbox.routing.models import Desk, RoutingRule
from livingroom.inbox.routing.operations import NotOffered, delete_rule, pick_subject, save_rule, set_desk
from livingroom.people.models import Staff
from livingroom.people.policy import may, require

TRIED_ON = 500
SHOWN = 20


@require_GET
def routing(request: HttpRequest) -> HttpResponse:
    """All rules in their order, and all desks."""
    hosts = Staff.objects.filter(
        pk__in=Host.objects.filter(branches__isnull=False).values("staff"), is_active=True
    )
    n_open = open_by_owner([staff.pk for staff in hosts])
    known = {desk.staff_id: desk for desk in Desk.objects.filter(staff__in=hosts)}
    rows = [
        (known.get(staff.pk) or Desk(staff=staff), n_open.get(staff.pk, 0))
        for staff in hosts.order_by("name")
    ]
    context = {
        "rules": RoutingRule.objects.select_related("said_to", "branch", "team"),
        "desks": [
            {"desk": desk, "n_open": n, "form": DeskForm(instance=desk, prefix=str(desk.staff_id))}
            for desk, n in rows
        ],
        "may_arrange": may(request.user, "arrange"),
    }
    return render(request, "inbox/routing/routing.html", context)


def rule_edit(request: HttpRequest, rule_id: int = 0) -> HttpResponse:
    """Add or change a rule; *try* shows what it would have caught among the latest conversations, and keeps nothing."""
    staff = require(request.user, "arrange")
    rule = get_object_or_404(RoutingRule, pk=rule_id) if rule_id else RoutingRule()
    form = RuleForm(request.POST or None, instance=rule)
    caught: list[Conversation] | None = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") != "try":
            save_rule(staff=staff, rule=form.save(commit=False), now=timezone.now())
            messages.success(request, f"{rule} is kept.")
            return redirect("routing")
        caught = _caught(form.save(commit=False))
    context = {
        "form": form,
        "rule": rule,
        "caught": caught[:SHOWN] if caught is not None else None,
        "n_caught": len(caught or []),
        "n_tried": min(TRIED_ON, Conversation.objects.count()) if caught is not None else 0,
    }
    return render(request, "inbox/routing/rule.html", context, status=422 if form.errors else 200)


@require_POST
def rule_delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(RoutingRule, pk=rule_id)
    delete_rule(staff=require(request.user, "arrange"), rule=rule, now=timezone.now())
    messages.success(request, f"{rule} is gone.")
    return redirect("routing")


@require_POST
def desk_set(request: HttpRequest, staff_id: int) -> HttpResponse:
    owner = get_object_or_404(Staff, pk=staff_id)
    form = DeskForm(request.POST, prefix=str(staff_id))
    if form.is_valid():
        set_desk(staff=require(request.user, "answer"), owner=owner, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"{owner}'s desk is set.")
    else:
        messages.error(request, f"{owner}'s desk: room is a whole number from 0 on.")
    return redirect("routing")


@require_POST
def pick(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """One of three: what a conversation is about."""
    conversation = get_object_or_404(Conversation.objects.select_related("branch"), pk=conversation_id)
    try:
        pick_subject(
            staff=require(request.user, "answer", conversation.branch),
            conversation=conversation,
            about=request.POST.get("about", ""),
            now=timezone.now(),
        )
    except NotOffered as error:
        messages.error(request, str(error))
    return redirect("conversation", conversation.pk)


def _caught(rule: RoutingRule) -> list[Conversation]:
    latest = list(Conversation.objects.select_related("author", "branch").order_by("-opened_at")[:TRIED_ON])
    facts = facts_of(latest)
    return [found for found in latest if fits(rule, facts[found.pk])]
