import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms

from livingroom.posts.calendar.models import QueueSlot, Recurrence


class SlotsForm(forms.Form):
    """The week as seven lines of times: `09:00, 17:30`."""

    def __init__(self, *args: Any, slots: Iterable[QueueSlot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        have: dict[int, list[str]] = {}
        for slot in slots:
            have.setdefault(slot.weekday, []).append(f"{slot.at:%H:%M}")
        for weekday, name in QueueSlot.WEEKDAYS:
            self.fields[f"day_{weekday}"] = forms.CharField(
                label=name, required=False, max_length=200, initial=", ".join(have.get(weekday, []))
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.slots: list[tuple[int, time]] = []
        for weekday, name in QueueSlot.WEEKDAYS:
            for word in re.split(r"[,\s]+", cleaned.get(f"day_{weekday}", "").strip()):
                try:
                    if word:
                        self.slots.append((weekday, time.fromisoformat(word.zfill(5))))
                except ValueError:
                    self.add_error(f"day_{weekday}", f"“{word}” is no time of {name}: write 09:00, 17:30.")
        return cleaned


class RepeatForm(forms.Form):
    every = forms.ChoiceField(
        label="How often", choices=Recurrence.Every.choices, initial=Recurrence.Every.WEEK
    )
    starts_on = forms.DateField(label="First on", widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(
        label="At", widget=forms.TimeInput(attrs={"type": "time"}), help_text="On each branch’s own clock."
    )
    ends_on = forms.DateField(label="Last on", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        help_text="UTF-8, with commas or semicolons; the first row names the columns.",
    )
