"""Forms for files of customers."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from livingroom.people.importing.layouts import COLUMNS, READY, layout_choices
from livingroom.people.importing.shops import known_shops

LARGEST_FILE = 500 * 1024 * 1024


class ImportForm(forms.Form):
    shop = forms.ChoiceField(
        required=False, help_text="Whose customer numbers these are; without a shop only addresses count."
    )
    layout = forms.ChoiceField(label="What kind of file")
    purpose = forms.CharField(
        max_length=60,
        required=False,
        label="What a yes is a yes to",
        help_text="Where the file has a column of consent but names no purpose: newsletter.",
    )
    file = forms.FileField(help_text="CSV, UTF-8. Reading a file twice adds nothing.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shop, layout = self.fields["shop"], self.fields["layout"]
        assert isinstance(shop, forms.ChoiceField)
        assert isinstance(layout, forms.ChoiceField)
        shop.choices = [("", "No shop"), *known_shops()]
        layout.choices = layout_choices()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                "The file is larger than 500 MB. Import it with `livingroom customers import`."
            )
        return file


class MappingForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="You choose the file's kind by this name.")
    date_format = forms.CharField(
        max_length=40,
        required=False,
        label="How times are written",
        help_text="Such as %d.%m.%Y %H:%M; empty for 2009-11-22T10:30.",
    )
    time_zone = forms.CharField(
        max_length=40, initial="UTC", help_text="Of times that name none, such as Europe/Berlin."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in COLUMNS.items():
            self.fields[f"column_{name}"] = forms.CharField(max_length=120, required=False, label=words)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name in READY:
            raise forms.ValidationError("This name is taken by a shop's own layout.")
        return name

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(
                f"There is no time zone called {zone!r}. One is called Europe/Berlin."
            )
        return zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("column_number") and not data.get("column_mail"):
            self.add_error("column_number", "Name the column of the customer number, or of the mail address.")
        return data

    @property
    def columns(self) -> dict[str, str]:
        named = ((name, self.cleaned_data.get(f"column_{name}", "").strip()) for name in COLUMNS)
        return {name: column for name, column in named if column}
