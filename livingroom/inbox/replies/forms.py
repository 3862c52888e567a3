from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.inbox.replies.models import Macro
from livingroom.inbox.replies.operations import ReplyWords
from livingroom.shared.places import language_name

USUAL = ("en", "es", "pt", "de", "fr")


def languages() -> list[str]:
    """The usual ones, and those that branches speak."""
    spoken = Branch.objects.order_by("language").values_list("language", flat=True).distinct()
    return [*USUAL, *(code for code in spoken if code not in USUAL)]


class ReplyForm(forms.Form):
    """A saved reply, one field for each language."""

    shortcut = forms.SlugField(max_length=30, help_text="Typed after a slash: refund is found by /refund.")
    title = forms.CharField(max_length=80)
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: it fits on every branch.",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        branches: Any = self.fields["branches"]
        branches.queryset = Branch.objects.open()
        for code in languages():
            self.fields[f"text_{code}"] = forms.CharField(
                label=language_name(code), required=False, widget=forms.Textarea(attrs={"rows": 3})
            )

    def words(self) -> ReplyWords:
        answers = self.cleaned_data
        texts = {code: answers.get(f"text_{code}", "") for code in languages()}
        return ReplyWords(answers["shortcut"], answers["title"], texts, list(answers["branches"]))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not self.errors:
            for problem in self.words().problems():
                self.add_error(problem.field or None, problem.text)
        return answers


class MacroForm(forms.ModelForm[Macro]):
    tags = forms.CharField(required=False, help_text="Apart by spaces.")

    class Meta:
        model = Macro
        fields = ("name", "reply", "tags", "to_team", "to_staff", "priority", "then", "snooze_hours")

    def clean_tags(self) -> list[str]:
        return str(self.cleaned_data["tags"]).replace(",", " ").split()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        does = ("reply", "tags", "to_team", "to_staff", "priority", "then")
        if not self.errors and not any(answers.get(name) for name in does):
            raise forms.ValidationError("It does nothing yet: choose an answer, a tag, somebody or an end.")
        return answers
