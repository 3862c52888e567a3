"""The balance of every branch, what one branch keeps to, and what the brand wants of every post."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from livingroom.branches.models import Branch
from livingroom.people.policy import may, require
from livingroom.posts.media.models import DeskRules
from livingroom.posts.media.operations import set_desk_rules
from livingroom.posts.risk.balance import balances, save_branch_rules
from livingroom.posts.risk.forms import BranchRulesForm, DeskForm
from livingroom.posts.risk.models import BranchRules
from livingroom.posts.risk.naming import VARIABLES


def balance(request: HttpRequest) -> HttpResponse:
    """Show promotion against conversation; on POST change what the brand wants of every post."""
    require(request.user, "look")
    form = DeskForm(request.POST or None, instance=DeskRules.current())
    if request.method == "POST" and form.is_valid():
        staff = require(request.user, "arrange")
        set_desk_rules(staff=staff, rules=form.save(commit=False), now=timezone.now())
        messages.success(request, "Saved.")
        return redirect("balance")
    branches = list(Branch.objects.open().order_by("name"))
    found = balances([branch.pk for branch in branches], timezone.now())
    context = {
        "rows": [(branch, found[branch.pk], may(request.user, "arrange", branch)) for branch in branches],
        "form": form,
        "may_arrange": may(request.user, "arrange"),
        "variables": VARIABLES,
    }
    return render(request, "posts/risk/balance.html", context, status=422 if form.errors else 200)


def branch_rules(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(Branch, slug=slug)
    staff = require(request.user, "arrange", branch)
    rules = BranchRules.objects.filter(branch=branch).first() or BranchRules(branch=branch)
    form = BranchRulesForm(request.POST or None, instance=rules)
    if request.method == "POST" and form.is_valid():
        save_branch_rules(staff=staff, branch=branch, rules=form.save(commit=False), now=timezone.now())
        messages.success(request, f"{branch} keeps to it from now on.")
        return redirect("balance")
    context = {"branch": branch, "form": form, "variables": VARIABLES}
    return render(request, "posts/risk/branch.html", context, status=422 if form.errors else 200)
