from django import forms


class AnnounceForm(forms.Form):
    source = forms.URLField(
        label="Page of ours",
        max_length=1000,
        assume_scheme="https",
        help_text="It is read, and every page that it links to is told, if it takes mentions.",
    )
