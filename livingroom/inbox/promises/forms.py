from collections.abc import Iterable
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS

from livingroom.inbox.promises.models import BusinessCalendar, Escalation, ServiceLevel

Stretch = tuple[time, time]


class LevelForm(forms.ModelForm[ServiceLevel]):
    class Meta:
        model = ServiceLevel
        fields = [
            "name", "position", "is_on", "branch", "kind", "at_least", "first_minutes", "next_minutes",
            "resolve_minutes", "in_business_hours",
        ]  # fmt: skip
        labels = {
            "position": "Place in the order",
            "is_on": "In force",
            "at_least": "Priority at least",
            "first_minutes": "First answer, minutes",
            "next_minutes": "Every further answer, minutes",
            "resolve_minutes": "Resolved, minutes",
            "in_business_hours": "Count business hours only",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"{name}_minutes") for name in ("first", "next", "resolve")):
            raise forms.ValidationError(
                "Promise something: a first answer, further answers, or a resolution."
            )
        return data


EscalationForms = forms.inlineformset_factory(
    ServiceLevel,
    Escalation,
    fields=["minutes", "tell_owner", "tell", "to_team", "priority"],
    labels={
        "minutes": "Minutes after (− before)",
        "tell": "Tell",
        "to_team": "Hand to team",
        "priority": "Make it",
    },
    extra=2,
)


class StretchesField(forms.CharField):
    """The hours of a day, such as `09:00-12:00, 13:00-18:00`; empty is closed."""

    def clean(self, value: Any) -> list[Stretch]:
        typed = super().clean(value) or ""
        return [self._stretch(part.strip()) for part in typed.split(",") if part.strip()]

    @staticmethod
    def _stretch(part: str) -> Stretch:
        first, dash, last = part.replace("–", "-").partition("-")
        try:
            starts, ends = (
                time.fromisoformat(first.strip().zfill(5)),
                time.fromisoformat(last.strip().zfill(5)),
            )
        except ValueError:
            raise forms.ValidationError(f"“{part}” is not a stretch such as 09:00-12:00.") from None
        if not dash or starts == ends:
            raise forms.ValidationError(f"“{part}” ends when it begins; a whole day is 00:00-23:59.")
        return starts, ends


class HolidaysField(forms.CharField):
    """One day a line, with its name: `2026-12-25 Christmas`."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> dict[date, str]:
        days: dict[date, str] = {}
        for line in (super().clean(value) or "").splitlines():
            if not line.strip():
                continue
            day, _, name = line.strip().partition(" ")
            try:
                days[date.fromisoformat(day)] = name.strip()[:60]
            except ValueError:
                raise forms.ValidationError(
                    f"“{line.strip()}” does not begin with a day such as 2026-12-25."
                ) from None
        return days


class CalendarForm(forms.ModelForm[BusinessCalendar]):
    holidays = HolidaysField(required=False, help_text="One a line: 2026-12-25 Christmas.")

    class Meta:
        model = BusinessCalendar
        fields = ["name", "time_zone", "branches"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            self.fields[f"day_{number}"] = StretchesField(label=str(name), required=False)
        if self.instance.pk and not self.is_bound:
            for stretch in self.instance.hours.all():
                field = f"day_{stretch.weekday}"
                before = self.initial.get(field)
                self.initial[field] = f"{before}, {stretch}" if before else str(stretch)
            self.initial["holidays"] = "\n".join(map(str, self.instance.holidays.all()))

    @property
    def days(self) -> Iterable[forms.BoundField]:
        return [self[f"day_{number}"] for number in WEEKDAYS]

    @property
    def week(self) -> dict[int, list[Stretch]]:
        return {number: self.cleaned_data[f"day_{number}"] for number in WEEKDAYS}

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError("Write a zone such as America/Sao_Paulo.")
        return zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(self.week.values()):
            raise forms.ValidationError(
                "Say when somebody is there: without any hours no promise could be kept."
            )
        return data
