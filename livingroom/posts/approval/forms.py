from typing import Any

from django import forms

from livingroom.posts.approval.models import Approval, ApprovalStage, ApprovalTiming
from livingroom.posts.approval.stages import StagePlan


class DecisionForm(forms.Form):
    """A word on a version: the button says which."""

    verdict = forms.ChoiceField(choices=Approval.Verdict.choices)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when it goes back: what should change.",
    )


class GuestForm(forms.Form):
    guest = forms.CharField(label="Guest", max_length=80, help_text="Who will open the link.")
    hours = forms.IntegerField(label="Ends after, hours", min_value=1, max_value=720, initial=48)


class StageForm(forms.Form):
    name = forms.CharField(label="Stage", max_length=60, required=False)
    by = forms.ChoiceField(
        label="Who approves", choices=ApprovalStage.By.choices, initial=ApprovalStage.By.MANAGER
    )
    answer_within_hours = forms.IntegerField(
        label="Answers within, hours", min_value=1, max_value=2000, required=False
    )
    holds_days = forms.IntegerField(label="Yes holds, days", min_value=1, max_value=1000, required=False)

    def plan(self) -> StagePlan:
        answers: dict[str, Any] = self.cleaned_data
        return StagePlan(
            answers["name"], answers["by"], answers["answer_within_hours"], answers["holds_days"]
        )


class TimingForm(forms.Form):
    may_move = forms.ChoiceField(
        label="A yes holds when the time moves",
        choices=ApprovalTiming.MayMove.choices,
        initial=ApprovalTiming.MayMove.DAY,
        required=False,
        help_text="On the branch’s own clock. Further than that, it is asked anew.",
    )


class StageForms(forms.BaseFormSet[StageForm]):
    def clean(self) -> None:
        names = (
            [name for form in self.forms if (name := form.cleaned_data.get("name"))]
            if self.is_valid_so_far
            else []
        )
        if len(set(names)) < len(names):
            raise forms.ValidationError("Two stages have the same name: people could not tell them apart.")

    @property
    def is_valid_so_far(self) -> bool:
        return all(form.is_valid() for form in self.forms)


StageFormSet = forms.formset_factory(StageForm, formset=StageForms, extra=2, max_num=6, validate_max=True)
