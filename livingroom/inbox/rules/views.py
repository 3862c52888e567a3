"""Rules: their order, one of them, what they would have done, and what they did."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.inbox.rules.dry import dry_run
from livingroom.inbox.rules.forms import RuleForm
from livingroom.inbox.rules.models import Rule, RuleRun
from livingroom.inbox.rules.operations import delete_rule, move_rule, save_rule
from livingroom.people.policy import may, require


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    runs = RuleRun.objects.select_related("rule", "conversation__author")[:50]
    context = {
        "rules": Rule.objects.select_related("changed_by"),
        "runs": runs,
        "may_arrange": may(staff, "arrange"),
    }
    return render(request, "inbox/rules/list.html", context)


def rule_edit(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """Save a rule, or try it on what came lately: one form, two buttons."""
    staff, now = require(request.user, "arrange"), timezone.now()
    rule = get_object_or_404(Rule, pk=rule_id) if rule_id else None
    form = RuleForm(request.POST or None, instance=rule)
    context = {"form": form, "rule": rule}
    if request.method == "POST" and form.is_valid():
        filled = form.rule()
        if "try" in request.POST:
            found, n_asked = dry_run([filled], now)
            return render(
                request,
                "inbox/rules/edit.html",
                context | {"found": found, "n_asked": n_asked, "is_tried": True},
            )
        secret = save_rule(staff=staff, rule=filled, now=now)
        said = f" The secret of its webhook, shown this once: {secret}" if secret else ""
        messages.success(request, f"{filled}: saved.{said}")
        return redirect("rules")
    return render(request, "inbox/rules/edit.html", context, status=422 if form.errors else 200)


@require_GET
def rules_try(request: HttpRequest) -> HttpResponse:
    """All rules together, in their order, on the last conversations: those that are off, too, when asked."""
    require(request.user, "look")
    last = request.GET.get("last", "100")
    with_off = "off" in request.GET
    rows = list(Rule.objects.all() if with_off else Rule.objects.filter(is_on=True))
    found, n_asked = dry_run(rows, timezone.now(), int(last) if last.isdecimal() and len(last) < 5 else 100)
    return render(
        request,
        "inbox/rules/try.html",
        {"found": found, "n_asked": n_asked, "n_rules": len(rows), "with_off": with_off},
    )


@require_POST
def rule_move(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=rule_id)
    step = -1 if request.POST.get("step") == "up" else 1
    move_rule(staff=require(request.user, "arrange"), rule=rule, step=step, now=timezone.now())
    return redirect("rules")


@require_POST
def rule_delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=rule_id)
    delete_rule(staff=require(request.user, "arrange"), rule=rule, now=timezone.now())
    messages.success(request, f"{rule}: thrown away.")
    return redirect("rules")
