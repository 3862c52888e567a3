import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from livingroom.people.models import Staff, StaffScope
from livingroom.shared.models import Brand
from livingroom.shared.money import DECIMALS, from_minor, to_minor
from livingroom.shared.places import countries

HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")


class BrandForm(forms.ModelForm[Brand]):
    staff_hour = forms.DecimalField(
        label="Cost of an hour of staff",
        min_value=Decimal(0),
        max_digits=12,
        help_text="In the reporting currency, all included.",
    )

    class Meta:
        model = Brand
        fields = (
            "name", "reporting_currency", "attribution_window_days", "counts_answers", "visitor_cookie",
            "destination_hosts", "utm_campaign_prefix",
        )  # fmt: skip
        labels = {
            "name": "Name of the brand",
            "reporting_currency": "Reporting currency",
            "attribution_window_days": "Attribution window, in days",
            "counts_answers": "Answered conversations count as touches",
            "visitor_cookie": "Visitor cookie",
            "destination_hosts": "Where short links may lead",
            "utm_campaign_prefix": "Prefix of utm_campaign",
        }
        help_texts = {
            "reporting_currency": "Orders that come from now on are counted in it. "
            "Those that came before keep the currency and the rate they were booked with.",
            "attribution_window_days": "How long after a click or an answer an order may still belong to it.",
            "counts_answers": "They get credit as a channel of their own, and confirm a code of their branch (D becomes B). "
            "If not, they stand on receipts and in a line of their own, and no other figure holds them.",
            "destination_hosts": "The hosts of your shops and sites, one a line: shop.example.com. Links lead nowhere else.",
            "visitor_cookie": "“Always” knows a visitor again for 13 months: only where your consent notice says so.",
        }
        widgets = {
            "destination_hosts": forms.Textarea(attrs={"rows": 4}),
            "visitor_cookie": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reporting_currency"] = forms.ChoiceField(
            label="Reporting currency",
            choices=[(code, code) for code in sorted(DECIMALS)],
            help_text=self.Meta.help_texts["reporting_currency"],
        )
        self.initial["staff_hour"] = from_minor(
            self.instance.staff_hour_minor, self.instance.reporting_currency
        )

    def clean_destination_hosts(self) -> str:
        hosts = [_host(line) for line in self.cleaned_data["destination_hosts"].splitlines() if line.strip()]
        wrong = [host for host in hosts if not HOST.fullmatch(host)]
        if wrong:
            raise forms.ValidationError(
                f"Not the name of a host: {', '.join(wrong)}. Write it like shop.example.com."
            )
        return "\n".join(dict.fromkeys(hosts))

    def clean_attribution_window_days(self) -> int:
        days: int = self.cleaned_data["attribution_window_days"]
        if not 1 <= days <= 365:
            raise forms.ValidationError("Between 1 and 365 days.")
        return days

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        amount, currency = cleaned.get("staff_hour"), cleaned.get("reporting_currency")
        if amount is not None and currency:
            self.instance.staff_hour_minor = to_minor(amount, currency, rounding="ROUND_HALF_UP")
        return cleaned


class ScopedForm(forms.Form):
    """A role, and where it holds: words such as `BR, branch:outlet, division:Home`."""

    role = forms.ChoiceField(label="Role", choices=Staff.Role.choices, initial=Staff.Role.COMMUNITY_MANAGER)
    scopes = forms.CharField(
        label="Holds on",
        required=False,
        max_length=400,
        help_text="Empty: everywhere. Else countries, branches, divisions: BR, branch:outlet, division:Home",
    )

    def clean_scopes(self) -> list[tuple[str, str]]:
        return [_scope(word.strip()) for word in self.cleaned_data["scopes"].split(",") if word.strip()]


class InviteForm(ScopedForm):
    name = forms.CharField(label="Name", max_length=80)
    email = forms.EmailField(label="Mail address")
    field_order = ("name", "email", "role", "scopes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It shares its page with the brand's form: two fields of one id would share one label, too.
        super().__init__(*args, **{"auto_id": "invite_%s", **kwargs})

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if Staff.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError("Somebody with this address is here already.")
        return email


class StaffForm(ScopedForm):
    is_active = forms.BooleanField(label="May sign in", required=False)


def scope_words(scopes: Iterable[StaffScope]) -> str:
    """Write scopes as the form reads them."""
    country = StaffScope.Kind.COUNTRY
    return ", ".join(
        scope.value if scope.kind == country else f"{scope.kind}:{scope.value}" for scope in scopes
    )


def _scope(word: str) -> tuple[str, str]:
    kind, colon, value = (part.strip() for part in word.partition(":"))
    if not colon and word.upper() in countries():
        return StaffScope.Kind.COUNTRY, word.upper()
    if not value or kind.lower() not in StaffScope.Kind.values:
        raise forms.ValidationError(
            f"“{word}” is no place. Write a country’s two letters, branch:its-short-name or division:its name."
        )
    return kind.lower(), value.upper() if kind.lower() == StaffScope.Kind.COUNTRY else value


def _host(line: str) -> str:
    """People paste whole addresses: keep the host, in the form that is looked up."""
    host = line.strip().lower().removeprefix("https://").removeprefix("http://").split("/")[0].split(":")[0]
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
