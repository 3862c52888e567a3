"""Forms of the roster and of what is told about a branch by hand."""

from datetime import date
from typing import Any

from django import forms

from livingroom.branches.models import Branch, HandFigure, Host, Shift


class ShiftForm(forms.Form):
    host = forms.ModelChoiceField(Host.objects.all(), label="Host")
    weekdays = forms.TypedMultipleChoiceField(
        label="On", choices=Shift.Weekday.choices, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(
        label="Until",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="Before the start: over midnight.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("starts") == cleaned.get("ends"):
            self.add_error("ends", "It ends when it begins. For a whole day write 00:00 until 23:59.")
        return cleaned


class FactsForm(forms.ModelForm[Branch]):
    class Meta:
        model = Branch
        fields = ("about", "lead", "silent_after_days")
        labels = {
            "about": "About this place",
            "lead": "Its face",
            "silent_after_days": "Days until its silence rings",
        }
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}


class FaceForm(forms.Form):
    picture = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text="JPEG, PNG, WebP or GIF, up to 20 MB. The middle square is kept; where and when it was taken is not.",
    )


class AddressForm(forms.Form):
    title = forms.CharField(label="What is there", max_length=60)
    url = forms.URLField(label="Address", max_length=500, assume_scheme="https")


class FigureForm(forms.Form):
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.ChoiceField(
        label="What", choices=[("followers", "Followers, members"), *HandFigure.Name.choices]
    )
    value = forms.IntegerField(label="How many", min_value=0, max_value=2_147_483_647)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self._today:
            raise forms.ValidationError("This day is not over yet.")
        return on
