from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.branches.queries import choices_among
from livingroom.experiments.models import Experiment, new_seed

Kind, UnitBy = Experiment.Kind, Experiment.UnitBy
WHAT = (
    (UnitBy.COUNTRY, "Countries: some hear nothing of it"),
    (UnitBy.REGION, "Regions: their countries together, such as South America"),
    (UnitBy.BRANCH, "Branches, each by itself"),
    (UnitBy.DIVISION, "Segments: divisions"),
    (UnitBy.LANGUAGE, "Segments: languages"),
    (UnitBy.PURPOSE, "Segments: purposes"),
    (UnitBy.INTEREST, "Segments: interests"),
    (Kind.CODES, "Visitors: single-use codes are drawn by lot"),
    (Kind.HISTORY, "Nothing: look back at what happened"),
)
FILTERS = ("division", "purpose", "language", "interest")
NO_UNITS = (Kind.CODES, Kind.HISTORY)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class QuestionForm(forms.ModelForm[Experiment]):
    """What is asked, and what can be left out to find out."""

    what = forms.ChoiceField(label="What can be left out?", choices=WHAT, widget=forms.RadioSelect)

    class Meta:
        model = Experiment
        fields = ("name", "question", "covers")
        labels = {"covers": "What is tested?"}
        help_texts = {
            "question": "As a manager would ask it: what do our offers in Germany add?",
            "covers": "Chosen offers say on their own page which experiment tests them.",
        }

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = choices_among(branches)
        interests = sorted({str(interest) for branch in branches for interest in branch.interests})
        listed = {
            "division": known.divisions,
            "purpose": known.purposes,
            "language": known.languages,
            "interest": [(interest, interest) for interest in interests],
        }
        for name in FILTERS:
            self.fields[f"only_{name}"] = forms.ChoiceField(
                label=name.capitalize(), required=False, choices=[("", f"Every {name}"), *listed[name]]
            )
            self.initial[f"only_{name}"] = self.instance.only.get(name, "")
        plan = self.instance
        self.initial["what"] = plan.kind if plan.kind in NO_UNITS else plan.unit_by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        what, plan = cleaned.get("what", ""), self.instance
        plan.only = {name: value for name in FILTERS if (value := cleaned.get(f"only_{name}"))}
        if what in NO_UNITS:
            plan.kind = what
        elif what:
            plan.unit_by = what
            plan.kind = Kind.SWITCHBACK if plan.kind in NO_UNITS else plan.kind
        return cleaned


class DaysForm(forms.ModelForm[Experiment]):
    """When, for how long, and what should not be missed."""

    days = forms.IntegerField(label="Days of test", min_value=1, max_value=730)
    share_percent = forms.IntegerField(label="Posts go out in", min_value=5, max_value=95)
    lift_percent = forms.DecimalField(
        label="A lift not to be missed",
        min_value=0,
        max_value=200,
        max_digits=5,
        decimal_places=1,
        help_text="Per cent of what would be sold anyway.",
    )

    class Meta:
        model = Experiment
        fields = ("kind", "starts_on", "block_days", "wash_out_days", "horizon_days")
        widgets = {"starts_on": day_input(), "kind": forms.RadioSelect}
        labels = {
            "kind": "How chance decides",
            "starts_on": "First day",
            "block_days": "Days of a block",
            "wash_out_days": "Wash-out",
            "horizon_days": "Pull-forward horizon",
        }
        help_texts = {
            "starts_on": "Days begin at midnight UTC.",
            "block_days": "So long a market keeps its turn.",
            "wash_out_days": "The first days of a block, which are not counted: at least the horizon.",
            "horizon_days": "For so many days a deal only brings forward what would be bought later.",
        }

    def __init__(self, *args: Any, kinds: Sequence[str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.instance
        labels = dict(Kind.choices)
        self.fields["kind"] = forms.ChoiceField(
            label="How chance decides",
            choices=[(kind, labels[Kind(kind)]) for kind in kinds],
            widget=forms.RadioSelect,
        )
        self.fields["starts_on"].required = True
        self.fields["share_percent"].help_text = (
            "Per cent of visitors who win a code."
            if plan.kind == Kind.CODES
            else "Per cent of markets or blocks."
        )
        self.initial["starts_on"] = self.initial.get("starts_on") or today + timedelta(days=7)
        self.initial["days"] = plan.n_days or (80 if plan.kind == Kind.SWITCHBACK else 56)
        self.initial["share_percent"] = round(plan.share * 100)
        self.initial["lift_percent"] = round(plan.lift_hoped * 100, 1)
        if plan.kind == Kind.HISTORY:
            self.fields[
                "starts_on"
            ].help_text = "The day on which it began: the first offer, the branch’s opening."
            for name in (
                "kind",
                "block_days",
                "wash_out_days",
                "horizon_days",
                "share_percent",
                "lift_percent",
            ):
                del self.fields[name]
        elif plan.kind == Kind.CODES:
            for name in ("kind", "block_days", "wash_out_days", "horizon_days"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        plan, starts_on, days = self.instance, cleaned.get("starts_on"), cleaned.get("days")
        if starts_on and days:
            plan.ends_on = starts_on + timedelta(days=days - 1)
        if (percent := cleaned.get("share_percent")) is not None:
            plan.share = percent / 100
        if (percent := cleaned.get("lift_percent")) is not None:
            plan.lift_hoped = float(percent) / 100
        return cleaned


def blank_plan() -> Experiment:
    """A new plan with its seed drawn: before anything is known about it."""
    return Experiment(seed=new_seed())
