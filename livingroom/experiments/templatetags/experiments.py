from django import template

from livingroom.experiments.models import Experiment
from livingroom.measure.design.promise import Power

register = template.Library()
State = Experiment.State
TONES = {
    State.DRAFT: "neutral",
    State.READY: "accent",
    State.RUNNING: "accent",
    State.ENDED: "warn",
    State.READ: "good",
    State.CANCELLED: "neutral",
}


@register.filter
def experiment_tone(experiment: Experiment) -> str:
    return TONES[State(experiment.state)]


@register.filter
def power_words(power: Power) -> str:
    """What the chance is about."""
    return f"If the posts really add {power.lift:.1%}; {power.wished:.0%} is usual."


@register.filter
def days_words(plan: Experiment) -> str:
    if plan.starts_on is None or plan.ends_on is None:
        return ""
    return f"{plan.starts_on:%-d %b %Y} to {plan.ends_on:%-d %b %Y}"


@register.filter
def seed_words(seed: int) -> str:
    """A seed is a name and no amount: no commas."""
    return str(seed)
