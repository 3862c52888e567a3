from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from livingroom.branches.models import Branch
from livingroom.experiments.models import Experiment
from livingroom.posts.models import Offer, Placement
from livingroom.posts.operations import PostDraft
from livingroom.shared.money import TooManyDecimals, UnknownCurrency, from_minor, to_minor
from livingroom.shared.places import countries

LOCAL = "%Y-%m-%dT%H:%M"


def local_input(**attributes: str) -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", **attributes}, format=LOCAL)


class WallTimeField(forms.CharField):
    """A clock's reading without a zone; the zone is another field's, or the branch's."""

    widget = forms.DateTimeInput

    def to_python(self, value: Any) -> Any:
        return read_wall_time(str(super().to_python(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError("Say when: a day and a time.")

    def run_validators(self, value: Any) -> None:
        """There are none for a time."""


def read_wall_time(text: str) -> datetime | None:
    """Read what a datetime-local input sends. Raises ValidationError."""
    if not text:
        return None
    for shape in (LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007  # naive on purpose: a wall clock
        except ValueError:
            continue
    raise forms.ValidationError("Write a day and a time, such as 2026-12-01T09:30.")


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
    allow_host = forms.BooleanField(label="Allow links to this shop from now on", required=False)

    class Meta:
        model = Offer
        fields = (
            "name", "kind", "percent", "currency", "bundle", "products", "division", "countries", "destination",
            "time_zone", "stock_cap", "terms", "experiment",
        )  # fmt: skip
        labels = {
            "percent": "Per cent off",
            "stock_cap": "Stock",
            "time_zone": "Time zone",
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


class PostForm(forms.Form):
    """Write once; where a branch says it otherwise, its own text is in `override_<branch>`."""

    WHEN = (("now", "As soon as it is ready"), ("at", "At a time on each branch’s own clock"))

    title = forms.CharField(
        label="Title", required=False, max_length=120, help_text="For us only; made from the text when empty."
    )
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "aria-describedby": "said-text"}),
        help_text="{link} becomes the placement’s short link, {code} its code.",
    )
    offer = forms.TypedChoiceField(label="Offer", coerce=int, empty_value=None, required=False)
    destination = forms.URLField(
        label="Leads to", required=False, max_length=1500, assume_scheme="https", help_text="Empty: the offer’s page.",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip
    code_kind = forms.ChoiceField(label="Code", choices=Placement.Codes.choices, initial=Placement.Codes.NONE)
    n_codes = forms.IntegerField(
        label="How many codes, each branch", required=False, min_value=1, max_value=100_000
    )
    branches = forms.TypedMultipleChoiceField(label="Branches", coerce=int, required=False)
    when = forms.ChoiceField(label="When", choices=WHEN, initial="now", widget=forms.RadioSelect)
    at = WallTimeField(label="Day and time", required=False, widget=local_input())

    def __init__(
        self, *args: Any, branches: Iterable[Branch], offers: Iterable[Offer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.branch_rows = {branch.pk: branch for branch in branches}
        self.offer_rows = {offer.pk: offer for offer in offers}
        self._offer_choices("branches", [(pk, branch.name) for pk, branch in self.branch_rows.items()])
        offered = [(pk, f"{offer.name} ({offer.promise})") for pk, offer in self.offer_rows.items()]
        self._offer_choices("offer", [("", "No offer"), *offered])

    def _offer_choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def chosen_ids(self) -> set[int]:
        if not self.is_bound:
            return {int(pk) for pk in self.initial.get("branches", [])}
        return {int(pk) for pk in self.data.getlist("branches") if pk.isdigit()}  # type: ignore[attr-defined]  # a QueryDict

    def override_of(self, branch_id: int) -> str:
        name = f"override_{branch_id}"
        return str(self.data.get(name, "")) if self.is_bound else str(self.initial.get(name, ""))

    def draft(self) -> PostDraft:
        """Return what was written, as far as it can be understood."""
        answers = self.cleaned_data
        text = str(answers.get("text") or "").replace("\r\n", "\n").strip()
        offer = self.offer_rows.get(answers.get("offer") or 0)
        n_codes = answers.get("n_codes") or (offer.stock_cap if offer and offer.stock_cap else 0)
        code_kind = answers.get("code_kind") or Placement.Codes.NONE
        branches = tuple(self.branch_rows[pk] for pk in answers.get("branches") or [])
        return PostDraft(
            title=str(answers.get("title") or "").strip() or title_from(text),
            text=text,
            destination=str(answers.get("destination") or ""),
            offer=offer,
            code_kind=code_kind,
            n_codes=n_codes if code_kind == Placement.Codes.SINGLE else 0,
            branches=branches,
            overrides={branch.pk: self.override_of(branch.pk).replace("\r\n", "\n") for branch in branches},
        )


def title_from(text: str) -> str:
    first = (text.splitlines() or [""])[0].replace("{link}", "").replace("{code}", "…").strip()
    return first if len(first) <= 60 else f"{first[:57].rsplit(' ', 1)[0]}…"
