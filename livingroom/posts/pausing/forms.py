from collections.abc import Sequence
from typing import Any

from django import forms

from livingroom.posts.forms import WallTimeField, local_input
from livingroom.posts.pausing.models import Pause


class PauseForm(forms.Form):
    """What to stop, why and until when, on UTC."""

    what = forms.ChoiceField(label="What to stop")
    tag = forms.CharField(label="Or posts with the tag", max_length=60, required=False)
    reason = forms.CharField(label="Why", max_length=300, help_text="Everybody reads it on every page.")
    ends_at = WallTimeField(
        label="Until, on the clock of UTC",
        required=False,
        widget=local_input(),
        help_text="Empty: until somebody ends it.",
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"] = forms.ChoiceField(label="What to stop", choices=places)

    @property
    def chosen(self) -> tuple[str, str]:
        """What is covered, and its value."""
        if tag := self.cleaned_data.get("tag", "").strip():
            return Pause.Covers.TAG, tag
        covers, _, value = self.cleaned_data["what"].partition(":")
        return covers, value
