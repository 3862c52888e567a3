from typing import Any

from django import forms

from livingroom.posts.media.models import DeskRules
from livingroom.posts.risk.models import BranchRules
from livingroom.posts.risk.naming import FIELDS, VARIABLES, unknown_variables

UTM_LABELS = {"utm_source": "utm_source", "utm_medium": "utm_medium", "utm_campaign": "utm_campaign"}


class NamingMixin:
    """Patterns may only use variables that are known."""

    cleaned_data: dict[str, Any]

    def check_patterns(self) -> dict[str, str]:
        """What is wrong, by field."""
        found = {}
        for name in FIELDS:
            if wrong := unknown_variables(self.cleaned_data.get(name) or ""):
                known = ", ".join(f"{{{each}}}" for each in VARIABLES)
                found[name] = f"Nothing stands for {{{wrong[0]}}}. These are known: {known}."
        return found


class BranchRulesForm(NamingMixin, forms.ModelForm[BranchRules]):
    from_percent = forms.FloatField(label="At least, per cent", min_value=0, max_value=100)
    to_percent = forms.FloatField(label="At most, per cent", min_value=0, max_value=100)

    class Meta:
        model = BranchRules
        fields = FIELDS
        labels = UTM_LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["from_percent"] = round(100 * self.instance.promotion_from_share, 2)
        self.initial["to_percent"] = round(100 * self.instance.promotion_to_share, 2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, text in self.check_patterns().items():
            self.add_error(name, text)
        low, high = cleaned.get("from_percent"), cleaned.get("to_percent")
        if low is not None and high is not None:
            if low > high:
                self.add_error("to_percent", "The band goes from a share to a larger one.")
            self.instance.promotion_from_share, self.instance.promotion_to_share = low / 100, high / 100
        return cleaned


class DeskForm(NamingMixin, forms.ModelForm[DeskRules]):
    class Meta:
        model = DeskRules
        fields = ("alt_required", "stop_words", *FIELDS)
        labels = {"alt_required": "Every picture must be described", "stop_words": "Stop list", **UTM_LABELS}
        help_texts = {
            "stop_words": "Words the brand does not say, one a line; cheap* stands for cheaper and cheapest."
        }
        widgets = {"stop_words": forms.Textarea(attrs={"rows": 5})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, text in self.check_patterns().items():
            self.add_error(name, text)
        return cleaned
