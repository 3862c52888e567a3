from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from livingroom.branches.models import Branch, Host
from livingroom.community import other_words
from livingroom.community.events.drafts import EventDraft
from livingroom.community.events.models import Event, Venue
from livingroom.community.groups.models import Group
from livingroom.community.words import WORDS
from livingroom.posts.checks import local_time
from livingroom.posts.forms import WallTimeField, local_input
from livingroom.shared.places import language_name

OTHER = {"title": 120, "text": 4000}


class EventForm(forms.Form):
    """An event as staff write it; times are the clock of its place."""

    kind = forms.ChoiceField(choices=Event.Kind.choices)
    title = forms.CharField(max_length=120)
    text = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    language = forms.ChoiceField(
        choices=[(code, language_name(code)) for code in WORDS], help_text="Of the title and the text above."
    )
    time_zone = forms.ChoiceField(help_text="Begins and ends are on the clock of this place.")
    begins = WallTimeField(widget=local_input())
    ends = WallTimeField(widget=local_input())
    place = forms.CharField(
        required=False,
        max_length=120,
        help_text="A real place: its name. Leave it empty for an event in a virtual world.",
    )
    address = forms.CharField(required=False, max_length=300)
    map_url = forms.URLField(
        required=False, max_length=500, label="Map", assume_scheme="https",
        help_text="An address that opens a map. We load nothing of it on our page.",
    )  # fmt: skip
    venue = forms.ModelChoiceField(
        Venue.objects.all(), required=False, help_text="A place in a virtual world that tells us who came."
    )
    url = forms.URLField(
        required=False,
        max_length=500,
        label="Address to go to",
        assume_scheme="https",
        help_text="Where a virtual event is.",
    )
    region = forms.CharField(required=False, max_length=80)
    coordinates = forms.CharField(required=False, max_length=40, help_text="Such as 128, 64, 22.")
    host = forms.ModelChoiceField(Host.objects.all(), required=False, help_text="Who receives the guests.")
    capacity = forms.IntegerField(
        required=False, min_value=1, max_value=1_000_000, label="Seats", help_text="Empty for any number."
    )
    most_guests = forms.IntegerField(min_value=0, max_value=20, initial=3, label="Guests each may bring")
    more_url = forms.URLField(
        required=False, max_length=500, label="Its page on your own site", assume_scheme="https",
        help_text="The announcements lead there; without one they lead to the page here.",
    )  # fmt: skip
    groups = forms.ModelMultipleChoiceField(
        Group.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, event: Event | None = None, **kwargs: Any) -> None:
        if event is not None:
            kwargs["initial"] = initial_of(event)
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]
        other_words.add_languages(self, "", OTHER)

    @property
    def main(self) -> list[Any]:
        return [
            self[name] for name in self.fields if not name.startswith(tuple(f"{part}_" for part in OTHER))
        ]

    @property
    def others(self) -> list[Any]:
        return other_words.bound(self, OTHER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        zone = ZoneInfo(cleaned["time_zone"]) if cleaned.get("time_zone") else None
        for name in ("begins", "ends"):
            if zone and isinstance(cleaned.get(name), datetime):
                cleaned[f"{name}_at"], problems = local_time(cleaned[name], zone)
                for problem in problems:
                    if problem.blocks:
                        self.add_error(name, problem.text)
        begins, ends = cleaned.get("begins_at"), cleaned.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends", "It must end after it begins.")
        return cleaned

    def draft(self) -> EventDraft:
        given = self.cleaned_data
        names = (
            "kind", "title", "text", "language", "time_zone", "place", "address", "map_url", "venue", "url", "region",
            "coordinates", "host", "capacity", "most_guests", "more_url",
        )  # fmt: skip
        return EventDraft(
            **{name: given[name] for name in names},
            starts_at=given["begins_at"],
            ends_at=given["ends_at"],
            words=other_words.read(given, given["language"], list(OTHER)),
            groups=tuple(given["groups"]),
        )


def initial_of(event: Event) -> dict[str, Any]:
    names = [name for name in EventForm.base_fields if hasattr(event, name)]
    own = {name: getattr(event, name) for name in names if name != "groups"}
    return {
        **own,
        "begins": event.starts_at.astimezone(event.zone).replace(tzinfo=None),
        "ends": event.ends_at.astimezone(event.zone).replace(tzinfo=None),
        "groups": event.groups.all(),
        **other_words.initial(event.words),
    }


class BranchesForm(forms.Form):
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.none(), widget=forms.CheckboxSelectMultiple, label="Which branches tell of it?"
    )

    def __init__(self, choices: list[Branch], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["branches"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Branch.objects.filter(pk__in=[branch.pk for branch in choices])


class VenueForm(forms.Form):
    name = forms.CharField(max_length=80)
    world = forms.CharField(
        max_length=20, help_text="Its people’s handles are kept under this name, such as secondlife."
    )
    url = forms.URLField(required=False, max_length=500, assume_scheme="https", label="Address")
    region = forms.CharField(required=False, max_length=80)
    coordinates = forms.CharField(required=False, max_length=40)
