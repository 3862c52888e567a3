from typing import Any

from django import forms

from livingroom.networks.interface import ConnectField


class ConnectForm(forms.Form):
    """What a network wants to know to connect an account; the fields come from its connector."""

    def __init__(self, fields: tuple[ConnectField, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for wanted in fields:
            self.fields[wanted.name] = forms.CharField(
                label=wanted.label,
                help_text=wanted.help,
                required=wanted.required,
                initial=wanted.initial,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"})
                if wanted.secret
                else forms.TextInput,
            )

    def typed(self) -> dict[str, str]:
        """What was typed, as it is: the connector says what is wrong with it."""
        return {name: str(self.data.get(name, "")).strip() for name in self.fields}
