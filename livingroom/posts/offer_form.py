"""The form of an offer."""

from collections.abc import Collection, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from livingroom.experiments.models import Experiment
from livingroom.posts.audience import is_sealed
from livingroom.posts.forms import LOCAL, WallTimeField, local_input
from livingroom.posts.models import Offer
from livingroom.posts.risk.naming import unknown_variables
from livingroom.segments.models import Segment
from livingroom.shared.money import TooManyDecimals, UnknownCurrency, from_minor, to_minor
from livingroom.shared.places import countries


class OfferForm(forms.ModelForm[Offer]):
    amount = forms.DecimalField(label="Amount off", required=False, min_value=0, max_digits=14)
    starts_at = WallTimeField(label="Begins", widget=local_input())
    ends_at = WallTimeField(label="Ends", widget=local_input())
    margin_percent = forms.DecimalField(
        label="Margin",
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text="Per cent of the price, before the discount.",
    )
    unit_cost = forms.DecimalField(
        label="Or unit cost", required=False, min_value=0, max_digits=14, help_text="What one piece costs us."
    )
    destination = forms.URLField(
        label="Page in the shop",
        max_length=1500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text="Where links of this offer lead. {lr} and {code} mark where the click id and the code go.",
    )
    experiment = forms.ModelChoiceField(
        label="Tested by",
        queryset=Experiment.objects.none(),
        required=False,
        empty_label="No experiment of its own",
        help_text="Branches that the experiment leaves out do not get posts of this offer then.",
    )
    segment = forms.ModelChoiceField(
        label="For",
        queryset=Segment.objects.none(),
        required=False,
        empty_label="Everybody",
        help_text="Branches that do not speak to the segment do not get posts of this offer.",
    )
    allow_host = forms.BooleanField(label="Allow links to this shop from now on", required=False)

    class Meta:
        model = Offer
        fields = (
            "name", "kind", "percent", "currency", "bundle", "products", "division", "countries", "destination",
            "time_zone", "stock_cap", "terms", "experiment", "utm_campaign",
        )  # fmt: skip
        labels = {
            "percent": "Per cent off",
            "stock_cap": "Stock",
            "time_zone": "Time zone",
            "utm_campaign": "Name of its links",
        }
        help_texts = {
            "products": "Which products; empty for all.",
            "stock_cap": "How many there are; as many single-use codes are proposed.",
            "bundle": "What comes with it, such as a free mouse.",
        }
        widgets = {
            "terms": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(
        self,
        *args: Any,
        zones: Sequence[str] = ("UTC",),
        near: Collection[str] = (),
        may_allow_host: bool = False,
        experiments: Sequence[Experiment] = (),
        segments: Sequence[Segment] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.instance.time_zone
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone", choices=[(zone, zone) for zone in dict.fromkeys([*zones, chosen])]
        )
        self.fields["kind"] = forms.ChoiceField(label="Kind", choices=Offer.Kind.choices)
        self.fields["countries"] = forms.MultipleChoiceField(
            label="Countries",
            choices=_near_first(near),
            required=False,
            widget=forms.SelectMultiple(attrs={"size": 6}),
            help_text="None chosen: everywhere.",
        )
        self._offer_experiments(experiments)
        self._offer_segments(segments)
        if not may_allow_host:
            del self.fields["allow_host"]
        if self.instance.pk:
            self._show_instance()

    def _offer_experiments(self, experiments: Sequence[Experiment]) -> None:
        kept = self.instance.experiment
        field = self.fields["experiment"]
        if not experiments and kept is None:
            del self.fields["experiment"]
        elif isinstance(field, forms.ModelChoiceField):
            known = [each.pk for each in (*experiments, *([kept] if kept else ()))]
            field.queryset = Experiment.objects.filter(pk__in=known)
            # What is under test stays under test: taking it out would be a way around the assignment.
            field.disabled = kept is not None and kept.state in Experiment.OBEYED

    def _offer_segments(self, segments: Sequence[Segment]) -> None:
        kept = self.instance.segment_version
        field = self.fields["segment"]
        if not segments and kept is None:
            del self.fields["segment"]
        elif isinstance(field, forms.ModelChoiceField):
            known = [each.pk for each in segments] + ([kept.segment_id] if kept else [])
            field.queryset = Segment.objects.filter(pk__in=known)
            field.initial = kept.segment_id if kept else None
            field.disabled = kept is not None and is_sealed(self.instance)
            if kept is not None and field.disabled:
                field.help_text = f"It was sent to version {kept.number} and keeps it."

    def clean_utm_campaign(self) -> str:
        pattern: str = self.cleaned_data["utm_campaign"]
        if wrong := unknown_variables(pattern):
            raise forms.ValidationError(f"Nothing stands for {{{wrong[0]}}}.")
        return pattern

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        try:
            to_minor(Decimal(1), currency)
        except UnknownCurrency as error:
            raise forms.ValidationError(str(error)) from None
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        offer, zone = self.instance, ZoneInfo(cleaned.get("time_zone") or "UTC")
        for name in ("starts_at", "ends_at"):
            if wall := cleaned.get(name):
                setattr(offer, name, wall.replace(tzinfo=zone).astimezone(UTC))
        offer.amount_minor = self._minor("amount")
        offer.unit_cost_minor = self._minor("unit_cost")
        if "segment" in self.fields and not self.fields["segment"].disabled:
            chosen = cleaned.get("segment")
            offer.segment_version = chosen.current if isinstance(chosen, Segment) else None
        margin = cleaned.get("margin_percent")
        offer.margin_share = None if margin is None else margin / 100
        return cleaned

    def _minor(self, name: str) -> int | None:
        amount, currency = self.cleaned_data.get(name), self.cleaned_data.get("currency")
        if amount is None or not currency:
            return None
        try:
            return to_minor(amount, currency)
        except TooManyDecimals as error:
            self.add_error(name, str(error))
            return None

    def _show_instance(self) -> None:
        offer, zone = self.instance, ZoneInfo(self.instance.time_zone)
        for name in ("starts_at", "ends_at"):
            self.initial[name] = getattr(offer, name).astimezone(zone).strftime(LOCAL)
        for name, minor in (("amount", offer.amount_minor), ("unit_cost", offer.unit_cost_minor)):
            self.initial[name] = None if minor is None else from_minor(minor, offer.currency)
        if offer.margin_share is not None:
            self.initial["margin_percent"] = (offer.margin_share * 100).normalize()


def _near_first(near: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the countries, those with branches of ours first."""
    every = list(countries().items())
    groups = [
        ("Where we have branches", [pair for pair in every if pair[0] in near]),
        ("Elsewhere", [pair for pair in every if pair[0] not in near]),
    ]
    return [group for group in groups if group[1]]
