from django import forms

from livingroom.networks.sandbox.models import SandboxFault
from livingroom.networks.sandbox.service import LIMIT


class FaultForm(forms.Form):
    kind = forms.ChoiceField(label="What goes wrong", choices=SandboxFault.Kind.choices)
    n_times = forms.IntegerField(label="How many times", min_value=1, max_value=100, initial=1)
    only_writes = forms.BooleanField(label="Only when something is written", required=False, initial=True)


class AnswerForm(forms.Form):
    handle = forms.RegexField(
        r"^[a-z0-9][a-z0-9_.-]{1,59}$",
        label="As",
        initial="ana",
        help_text="Any name; it joins if it is new.",
    )
    text = forms.CharField(label="Says", max_length=LIMIT)
