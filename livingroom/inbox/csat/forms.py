from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.inbox.csat.models import Survey
from livingroom.inbox.csat.words import WORDS, say
from livingroom.shared.places import language_name


class SurveyForm(forms.ModelForm[Survey]):
    """A survey, its question in each language; an empty one asks in our words."""

    class Meta:
        model = Survey
        fields = ("name", "is_on", "branches", "in_public", "sample_share", "rest_days", "after_minutes")
        widgets = {"branches": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        branches: Any = self.fields["branches"]
        branches.queryset = Branch.objects.open()
        own = self.instance.questions or {}
        for code in WORDS:
            self.fields[f"question_{code}"] = forms.CharField(
                label=language_name(code),
                required=False,
                max_length=200,
                initial=own.get(code, ""),
                widget=forms.TextInput(attrs={"placeholder": say(code, "question")}),
            )

    def survey(self) -> Survey:
        row = self.save(commit=False)
        asked = {code: self.cleaned_data[f"question_{code}"].strip() for code in WORDS}
        row.questions = {code: question for code, question in asked.items() if question}
        return row
