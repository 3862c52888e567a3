from typing import Any
from zoneinfo import available_timezones

from django import forms

from livingroom.branches.models import Branch
from livingroom.branches.queries import country_choices
from livingroom.networks.registry import NETWORKS, find_network
from livingroom.shared.places import language_name

INITIALS_AT_MOST = 4
LANGUAGES = [
    "ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "nb", "pl", "pt",
    "pt-br", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh-hans", "zh-hant",
]  # fmt: skip
# Kinds of place that are branches although nothing is sent there from here.
OTHER_PLACES = [
    ("facebook", "Facebook page"), ("x", "X"), ("instagram", "Instagram"), ("youtube", "YouTube"), ("flickr", "Flickr"),
    ("mastodon", "Mastodon"), ("blog", "Blog"), ("forum", "Forum"), ("wiki", "Wiki"), ("venue", "Venue in a virtual world"),
]  # fmt: skip


def network_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    others = [(name, title) for name, title in OTHER_PLACES if name not in NETWORKS]
    return [
        ("Livingroom can connect there", [(name, find_network(name).title) for name in NETWORKS]),
        ("Listed on the front door only", others),
    ]


class BranchForm(forms.ModelForm[Branch]):
    new_hosts = forms.CharField(
        label="New hosts",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, with the initials they sign with: Ana Souza (AS)",
    )
    interests = forms.CharField(
        label="Interests", required=False, help_text="Separated by commas: laptops, gaming"
    )
    url = forms.URLField(label="Address", required=False, assume_scheme="https")

    class Meta:
        model = Branch
        fields = (
            "name", "slug", "network", "handle", "url", "purpose", "division", "country", "language", "time_zone",
            "opened_on", "hosts",
        )  # fmt: skip
        labels = {"slug": "Short name in our own addresses", "hosts": "Hosts"}
        help_texts = {
            "handle": "The account's name there, such as @cornerpc.",
            "country": "Where its people are.",
        }
        widgets = {
            "opened_on": forms.DateInput(attrs={"type": "date"}),
            "hosts": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone", choices=[("UTC", "UTC"), *((z, z) for z in zones)]
        )
        self.fields["purpose"] = forms.ChoiceField(label="Purpose", choices=Branch.Purpose.choices)
        self.fields["network"] = forms.ChoiceField(label="Network", choices=self._network_choices())
        self.fields["country"] = forms.ChoiceField(label="Country", choices=country_choices(), required=False)
        self.fields["language"] = forms.ChoiceField(label="Language", choices=self._language_choices())
        self.initial.setdefault("interests", ", ".join(self.instance.interests))
        if self.instance.pk:
            del self.fields["slug"]

    def clean_interests(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["interests"].split(",") if word.strip()]

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"].strip()
        return handle.lstrip("@") or handle

    def clean_new_hosts(self) -> list[tuple[str, str]]:
        return [_read_host(line) for line in self.cleaned_data["new_hosts"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.interests = cleaned.get("interests", [])
        return cleaned

    def _network_choices(self) -> list[Any]:
        known = {value for _, group in network_choices() for value, _ in group}
        mine = self.instance.network
        return network_choices() + ([(mine, mine.title())] if mine and mine not in known else [])

    def _language_choices(self) -> list[tuple[str, str]]:
        codes = {*LANGUAGES, self.instance.language}
        return sorted(((code, language_name(code)) for code in codes if code), key=lambda pair: pair[1])


class FilterForm(forms.Form):
    """Narrow a list of branches."""

    q = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    country = forms.ChoiceField(label="Country", required=False)
    language = forms.ChoiceField(label="Language", required=False)
    purpose = forms.ChoiceField(label="Purpose", required=False)
    division = forms.ChoiceField(label="Division", required=False)

    def __init__(self, choices: Any, *args: Any, names: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = {
            "country": ("Every country", choices.countries),
            "language": ("Every language", choices.languages),
            "purpose": ("Every purpose", choices.purposes),
            "division": ("Every division", choices.divisions),
        }
        for name, (everything, pairs) in options.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", everything), *pairs]
            if (names and name not in names) or len(pairs) < 2:
                del self.fields[name]

    def chosen(self) -> dict[str, str]:
        """Return what was chosen; what is not on offer counts as nothing chosen."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _read_host(line: str) -> tuple[str, str]:
    name, bracket, rest = line.strip().partition("(")
    initials = rest.rstrip(") ").strip() if bracket else "".join(word[0] for word in name.split()[:3])
    if not name.strip() or not 1 <= len(initials) <= INITIALS_AT_MOST:
        raise forms.ValidationError(
            f"“{line.strip()}”: write a name and up to four initials, such as Ana Souza (AS)."
        )
    return name.strip(), initials.upper()
