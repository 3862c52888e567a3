"""The till's forms. What only the operation can know comes back as a Problem and is shown by its field."""

from decimal import Decimal
from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.orders.intake.layouts import NEEDED, OPTIONAL, SHOPIFY
from livingroom.orders.models import ColumnMapping, Cost, Shop
from livingroom.shared.money import TooManyDecimals, UnknownCurrency, decimals_of, to_minor

LARGEST_FILE = 500 * 1024 * 1024
_WORDS = {
    "order_id": "Order number", "placed_at": "Time of the order", "total": "What the buyer paid", "currency": "Currency",
    "discount": "Discount", "goods_cost": "Cost of goods", "refunded": "Refunded so far", "cancelled_at": "Cancelled at",
    "updated_at": "Changed at", "email": "Mail address (kept as a hash)", "customer_id": "Customer number",
    "country": "Country", "division": "Division", "product": "Product", "quantity": "Quantity", "code": "Codes redeemed",
    "click_id": "Click id (lr)", "landing_url": "Landing address", "said_channel": "How did you hear of us?",
    "referrer": "Referrer",
}  # fmt: skip


def clean_currency(code: str) -> str:
    try:
        decimals_of(code.strip().upper())
    except UnknownCurrency as problem:
        raise forms.ValidationError(str(problem)) from None
    return code.strip().upper()


class ShopForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="As your team calls it, such as Outlet or Brazil store.")
    kind = forms.ChoiceField(choices=Shop.Kind.choices, label="How its orders come")
    currency = forms.CharField(max_length=3, initial="USD", help_text="Of orders that name none.")
    division = forms.CharField(max_length=60, required=False)
    secret = forms.CharField(
        max_length=200,
        required=False,
        label="Signing secret",
        help_text="Stripe and Shopify show you theirs; you may add it later. Otherwise leave it empty and we make one.",
    )

    def clean_currency(self) -> str:
        return clean_currency(self.cleaned_data["currency"])


class SecretForm(forms.Form):
    secret = forms.CharField(
        max_length=200, label="Signing secret", help_text="As Stripe or Shopify shows it beside its webhooks."
    )


class KeyForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="Who will use it, such as the till in Austin.")


class ImportForm(forms.Form):
    shop = forms.ModelChoiceField(Shop.objects.all(), empty_label=None)
    layout = forms.ChoiceField(label="What kind of file")
    file = forms.FileField(help_text="CSV, UTF-8. Reading a file twice adds nothing.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mappings = [(name, name) for name in ColumnMapping.objects.values_list("name", flat=True)]
        layout = self.fields["layout"]
        assert isinstance(layout, forms.ChoiceField)
        layout.choices = [(SHOPIFY, "Shopify's order export, as it is"), *mappings]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                "The file is larger than 500 MB. Import it with `livingroom import orders`."
            )
        return file


class MappingForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="You choose the file's kind by this name.")
    decimal_comma = forms.BooleanField(required=False, label="Amounts are written 1.234,50")
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
        for name in (*NEEDED, *OPTIONAL):
            self.fields[f"column_{name}"] = forms.CharField(
                max_length=120, required=name in NEEDED, label=_WORDS[name]
            )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name == SHOPIFY:
            raise forms.ValidationError("This name is taken by Shopify's own layout.")
        return name

    def clean_time_zone(self) -> str:
        from zoneinfo import available_timezones

        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(
                f"There is no time zone called {zone!r}. One is called Europe/Berlin."
            )
        return zone

    @property
    def columns(self) -> dict[str, str]:
        named = ((name, self.cleaned_data.get(f"column_{name}", "").strip()) for name in (*NEEDED, *OPTIONAL))
        return {name: column for name, column in named if column}


class CostForm(forms.Form):
    kind = forms.ChoiceField(choices=Cost.Kind.choices)
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.IntegerField(
        min_value=1, max_value=100_000, required=False, help_text="For staff time; then no amount is needed."
    )
    amount = forms.DecimalField(min_value=Decimal(0), max_digits=14, decimal_places=4, required=False)
    currency = forms.CharField(max_length=3)
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False, empty_label="The whole programme")
    text = forms.CharField(max_length=200, required=False, label="What for")

    def clean_currency(self) -> str:
        return clean_currency(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_staff = data.get("kind") == Cost.Kind.STAFF
        if data.get("amount") is None and not (is_staff and data.get("minutes")):
            self.add_error(
                "amount", "Say what it cost." if not is_staff else "Say how many minutes, or what it cost."
            )
        elif data.get("amount") is not None and data.get("currency"):
            try:
                data["amount_minor"] = to_minor(data["amount"], data["currency"])
            except TooManyDecimals as problem:
                self.add_error("amount", str(problem))
        return data
