from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from livingroom.frontdoor.doors import Choices
from livingroom.frontdoor.languages import Language

SELECTED = mark_safe(" selected")
LABELS = {"country": "country", "language": "language_there", "purpose": "purpose", "interest": "interest"}


class LightSelect(forms.Select):
    """A list of choices written in one go: Django draws a template for each choice, and a page has a hundred."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, SELECTED if code == value else "", words) for code, words in self.choices),
        )
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", attributes, options)


class NarrowForm(forms.Form):
    """Narrow the list of doors; a field with nothing to choose from is left out."""

    q = forms.CharField(required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    country = forms.ChoiceField(required=False, widget=LightSelect)
    language = forms.ChoiceField(required=False, widget=LightSelect)
    purpose = forms.ChoiceField(required=False, widget=LightSelect)
    interest = forms.ChoiceField(required=False, widget=LightSelect)

    def __init__(self, choices: Choices, language: Language, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = language.say("search")
        for name, label in LABELS.items():
            pairs, field = getattr(choices, name), self.fields[name]
            field.label = language.say(label)
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", language.say(f"any_{name}")), *pairs]
            if len(pairs) < 2:
                del self.fields[name]

    def chosen(self) -> dict[str, str]:
        """Return what was chosen; what is not on offer counts as nothing chosen."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
