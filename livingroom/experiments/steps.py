"""The way through the wizard."""

from typing import Any

from django.urls import reverse

from livingroom.experiments.models import Experiment

STEPS = (("question", "Question"), ("units", "Who"), ("days", "When"), ("draw", "Draw and start"))


def steps_of(plan: Experiment, here: str) -> list[dict[str, Any]]:
    """The steps as tabs; those that cannot be gone to yet have no address."""
    steps = [step for step in STEPS if step[0] != "units" or plan.kind != Experiment.Kind.CODES]
    return [
        {"label": f"{number}. {label}", "is_current": name == here, "url": _url(plan, name)}
        for number, (name, label) in enumerate(steps, 1)
    ]


def next_step(plan: Experiment) -> str:
    """Where a plan goes on."""
    if plan.design or (plan.kind == Experiment.Kind.HISTORY and plan.n_days):
        return _url(plan, "draw")
    has_units = plan.kind == Experiment.Kind.CODES or plan.units.exists()
    return _url(plan, "days" if has_units else "units")


def _url(plan: Experiment, name: str) -> str:
    if plan.pk is None:
        return ""
    is_drawn = bool(plan.design) or plan.kind == Experiment.Kind.HISTORY
    if name == "draw" and not (is_drawn and plan.n_days):
        return ""
    if name == "days" and plan.kind != Experiment.Kind.CODES and not plan.units.exists():
        return ""
    return reverse(f"experiment_{name}", args=[plan.pk])
