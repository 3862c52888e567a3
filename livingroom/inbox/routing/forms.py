from typing import Any

from django import forms

from livingroom.inbox.routing.models import Desk, RoutingRule
from livingroom.shared.places import countries

LISTS = ("networks", "countries", "languages", "terms", "abouts")


class WordsField(forms.CharField):
    """A list, typed with commas or lines between its words."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        typed = super().clean(value) or ""
        return list(
            dict.fromkeys(word.strip() for word in typed.replace("\n", ",").split(",") if word.strip())
        )


class RuleForm(forms.ModelForm[RoutingRule]):
    """If it fits, then."""

    networks = WordsField(label="Networks", required=False, help_text="Such as mastodon, mail.")
    countries = WordsField(label="Countries", required=False, help_text="Two letters each, such as BR, PT.")
    languages = WordsField(label="Languages", required=False, help_text="Two letters each, such as pt, en.")
    terms = WordsField(label="Products or words", required=False, help_text="Any of them; whole words.")
    abouts = WordsField(label="Subjects", required=False, help_text="Any of them, where we are sure.")

    class Meta:
        model = RoutingRule
        fields = [
            "name", "position", "is_on", "said_to", "networks", "countries", "languages", "terms", "abouts",
            "branch", "team", "priority", "kind",
        ]  # fmt: skip
        labels = {"position": "Place in the order", "is_on": "In force", "said_to": "Account spoken to"}

    def clean_countries(self) -> list[str]:
        codes = [code.upper() for code in self.cleaned_data["countries"]]
        if wrong := [code for code in codes if code not in countries()]:
            raise forms.ValidationError(f"No country has the code {', '.join(wrong)}.")
        return codes

    def clean_languages(self) -> list[str]:
        return [code.lower() for code in self.cleaned_data["languages"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("branch", "team", "priority", "kind")):
            raise forms.ValidationError("Say what the rule does: a branch, a team, a priority or a kind.")
        return data


class DeskForm(forms.ModelForm[Desk]):
    class Meta:
        model = Desk
        fields = ["room", "is_away"]
        labels = {"room": "Room for", "is_away": "Away"}
