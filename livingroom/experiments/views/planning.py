"""The wizard: a question, who can be left out, when, and what chance decided. Each step is a page with a plain form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.branches.models import Branch
from livingroom.experiments.calendar import grid_of
from livingroom.experiments.charts import power_curve
from livingroom.experiments.forms import DaysForm, QuestionForm, blank_plan
from livingroom.experiments.models import Experiment
from livingroom.experiments.operations import (
    Frozen,
    NotReady,
    choose_units,
    keep_design,
    make_ready,
    save_plan,
)
from livingroom.experiments.planning import (
    Plan,
    horizon_of,
    lengths_of,
    other_lengths,
    plan_problems,
    propose,
    recommended,
)
from livingroom.experiments.steps import steps_of
from livingroom.experiments.unit_choice import choices_for, chosen_of
from livingroom.measure.design.assignment import Design
from livingroom.people.policy import require

Kind = Experiment.Kind


def question(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    staff = require(request.user, "experiment")
    plan = _draft(pk) if pk else blank_plan()
    branches = list(Branch.objects.open())
    form = QuestionForm(request.POST or None, instance=plan, branches=branches)
    if request.method == "POST" and form.is_valid():
        plan = save_plan(staff=staff, experiment=form.save(commit=False), now=timezone.now())
        return redirect("experiment_days" if plan.kind == Kind.CODES else "experiment_units", plan.pk)
    return _step(request, "question", plan, {"form": form}, is_wrong=form.is_bound)


def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whom chance decides about; what shares a market is one."""
    staff = require(request.user, "experiment")
    plan, now = _draft(pk), timezone.now()
    choices = choices_for(plan, now)
    problem = ""
    if request.method == "POST":
        names = set(request.POST.getlist("units"))
        picked = [row.unit for row in choices.rows if row.unit.name in names]
        silent = [branch for branch in choices.worldwide if request.POST.get("worldwide") == "silent"]
        if picked:
            others = [row.unit for row in choices.rows if row.unit.name not in names and row.sells]
            controls = others if plan.kind == Kind.HISTORY else []
            choose_units(
                staff=staff, experiment=plan, units=picked, silent=silent, controls=controls, now=now
            )
            return redirect("experiment_days", plan.pk)
        problem = "Choose at least one unit."
    kind, why = recommended(sum(row.sells for row in choices.rows))
    context = {
        "choices": choices,
        "chosen": chosen_of(plan, choices),
        "recommended": (Kind(kind).label, why) if plan.kind != Kind.HISTORY else None,
        "problem": problem,
    }
    return _step(request, "units", plan, context, is_wrong=bool(problem))


def days(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when and how long; what it would show is worked out from the units' own history."""
    staff = require(request.user, "experiment")
    plan, now = _draft(pk), timezone.now()
    if plan.kind not in (Kind.CODES,) and not plan.units.exists():
        return redirect("experiment_units", plan.pk)
    n_units = plan.units.filter(is_control=False).count()
    kind, why = recommended(n_units)
    horizon = horizon_of(plan, now) if plan.kind not in (Kind.CODES, Kind.HISTORY) else None
    form = DaysForm(
        request.POST or None,
        instance=plan,
        kinds=_kinds(n_units),
        today=now.date(),
        initial=_suggested(plan, kind, horizon.days if horizon else 0),
    )
    context: dict[str, Any] = {
        "form": form,
        "recommended": (Kind(kind).label, why),
        "horizon": horizon,
        "n_units": n_units,
    }
    if request.method == "POST" and form.is_valid():
        plan = save_plan(staff=staff, experiment=form.save(commit=False), now=now)
        found = propose(plan, now)
        is_weak = bool(found.problems) or _is_weak(found)
        longer = other_lengths(plan, now) if is_weak else []
        if found.design is not None:
            keep_design(staff=staff, experiment=plan, plan=found, now=now, longer=longer)
        if found.design is not None or not found.problems:
            return redirect("experiment_draw", plan.pk)
        context |= {"problems": found.problems, "lengths": longer}
    return _step(request, "days", plan, context, is_wrong=form.is_bound)


def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what chance decided and what it promises; from here it can start."""
    require(request.user, "experiment")
    plan, now = _draft(pk), timezone.now()
    if not plan.n_days or (plan.kind != Kind.HISTORY and not plan.design):
        return redirect("experiment_days", plan.pk)
    design = Design.from_json(plan.design) if plan.design else None
    context = {
        "design": design,
        "power": design.power if design else None,
        "grid": grid_of(design) if design and design.assignments else None,
        "chart": power_curve(design.power) if design and design.power else None,
        "lengths": lengths_of(plan),
        "problems": plan_problems(plan, now),
    }
    return _step(request, "draw", plan, context)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    staff, plan = require(request.user, "experiment"), _draft(pk)
    try:
        make_ready(staff=staff, experiment=plan, now=timezone.now())
    except (NotReady, Frozen) as error:
        messages.error(request, str(error))
        return redirect("experiment_draw", plan.pk)
    if plan.kind == Kind.HISTORY:
        messages.success(request, "Nothing has to run: it can be read now.")
    else:
        messages.success(
            request, "It is ready. From now on the desk keeps to it, and nobody can change who is left out."
        )
    return redirect("experiment", plan.pk)


def _draft(pk: int) -> Experiment:
    return get_object_or_404(Experiment, pk=pk, state=Experiment.State.DRAFT)


def _kinds(n_units: int) -> list[str]:
    return [Kind.SINGLE] if n_units == 1 else [Kind.SWITCHBACK, Kind.GEO]


def _is_weak(plan: Plan) -> bool:
    power = plan.design.power if plan.design else None
    return power is not None and power.power < power.wished


def _suggested(plan: Experiment, kind: str, horizon_days: int) -> dict[str, Any]:
    """What to begin with, as long as nobody chose the days: the recommended kind, and blocks that outlast the horizon."""
    if plan.starts_on is not None or not horizon_days:
        return {}
    return {
        "kind": kind,
        "horizon_days": horizon_days,
        "wash_out_days": horizon_days,
        "block_days": 2 * horizon_days,
    }


def _step(
    request: HttpRequest, name: str, plan: Experiment, context: dict[str, Any], *, is_wrong: bool = False
) -> HttpResponse:
    shown = {"plan": plan, "steps": steps_of(plan, name), **context}
    return render(request, f"experiments/{name}.html", shown, status=422 if is_wrong else 200)
