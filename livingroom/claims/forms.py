"""The form of a new claim, and of one that is brought as a file."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.experiments.models import Experiment
from livingroom.shared.months import read_month

LARGEST_FILE = 20 * 1024 * 1024


class MonthField(forms.CharField):
    """A month, as browsers write it: 2009-06."""

    def __init__(self, **options: Any) -> None:
        attributes = {"type": "month", "pattern": "[0-9]{4}-[0-9]{2}", "placeholder": "2009-06"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: object) -> date | None:
        text = super().clean(value)
        month = read_month(text)
        if month is None:
            raise forms.ValidationError("Write a month such as 2009-06.")
        return month


class ClaimForm(forms.Form):
    title = forms.CharField(label="Title", max_length=120, help_text="What it will be called in the meeting.")
    first = MonthField(label="First month")
    last = MonthField(label="Last month")
    margin = forms.FloatField(
        label="Margin, per cent",
        required=False,
        min_value=0.1,
        max_value=100,
        help_text="What is left of net revenue after the cost of goods. Empty: from the goods on the orders.",
    )
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.none(),
        label="Only these branches",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: the whole programme.",
    )
    experiments = forms.ModelMultipleChoiceField(
        Experiment.objects.none(),
        label="Experiments it stands on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Those that were read to the end. Only a tested one decides.",
    )

    def __init__(self, *args: Any, experiments: list[Experiment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["branches"].queryset = Branch.objects.order_by("name")  # type: ignore[attr-defined]  # its own type
        if experiments:
            chosen = Experiment.objects.filter(pk__in=[one.pk for one in experiments])
            self.fields["experiments"].queryset = chosen  # type: ignore[attr-defined]  # its own type
        else:
            del self.fields["experiments"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        first, last = answers.get("first"), answers.get("last")
        if first and last:
            if first > last:
                self.add_error("last", "The last month lies before the first.")
            answers["last_on"] = last.replace(day=monthrange(last.year, last.month)[1])
        return answers


class BringForm(forms.Form):
    file = forms.FileField(label="Claim (.json or .pdf)", help_text="As `livingroom measure claim` wrote it.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("A claim is a few hundred kilobytes; this file is larger than 20 MB.")
        return file
