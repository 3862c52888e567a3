from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.posts.media.models import MediaItem
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.operations import PostDraft
from livingroom.posts.phrases.filling import NAMED
from livingroom.posts.phrases.models import Phrase
from livingroom.segments.models import SegmentVersion

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


class PostForm(forms.Form):
    """Write once; where a branch says it otherwise, its own text is in `override_<branch>`."""

    WHEN = (
        ("now", "As soon as it is ready"),
        ("slot", "In each branch’s next free slot"),
        ("at", "At a time on each branch’s own clock"),
    )

    title = forms.CharField(
        label="Title",
        required=False,
        max_length=120,
        help_text="For us, and above it on blogs, forums and wikis; made from the text when empty.",
    )
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "aria-describedby": "said-text"}),
        help_text="{link} becomes the placement’s short link, {code} its code. Type { for more, # for hashtag sets.",
    )
    first_comment = forms.CharField(
        label="First comment", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Our own answer right below it, where the network can. {link} may stand here instead.",
    )  # fmt: skip
    may_split = forms.BooleanField(label="Make it a thread where it is too long", required=False)
    signing = forms.ChoiceField(
        label="Signature", required=False, choices=Post.Signing.choices, initial=Post.Signing.USUAL
    )
    begun_from = forms.IntegerField(required=False, widget=forms.HiddenInput)
    images = forms.TypedMultipleChoiceField(label="Pictures", coerce=int, required=False)
    offer = forms.TypedChoiceField(label="Offer", coerce=int, empty_value=None, required=False)
    segment = forms.TypedChoiceField(
        label="For", coerce=int, empty_value=None, required=False,
        help_text="Branches that speak to them are proposed, others are pointed out.",
    )  # fmt: skip
    destination = forms.URLField(
        label="Leads to", required=False, max_length=1500, assume_scheme="https", help_text="Empty: the offer’s page.",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip
    code_kind = forms.ChoiceField(label="Code", choices=Placement.Codes.choices, initial=Placement.Codes.NONE)
    n_codes = forms.IntegerField(
        label="How many codes, each branch", required=False, min_value=1, max_value=100_000
    )
    tags = forms.CharField(
        label="Tags",
        required=False,
        max_length=200,
        help_text="To find, count and stop it by: winter, laptops",
    )
    branches = forms.TypedMultipleChoiceField(label="Branches", coerce=int, required=False)
    when = forms.ChoiceField(label="When", choices=WHEN, initial="now", widget=forms.RadioSelect)
    at = WallTimeField(label="Day and time", required=False, widget=local_input())

    def __init__(
        self,
        *args: Any,
        branches: Iterable[Branch],
        offers: Iterable[Offer],
        pictures: Iterable[MediaItem] = (),
        templates: Iterable[Phrase] = (),
        segments: Iterable[SegmentVersion] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.template_rows = {row.pk: row for row in templates}
        self.picture_rows = {item.pk: item for item in pictures}
        self._offer_choices("images", [(pk, item.name) for pk, item in self.picture_rows.items()])
        self.branch_rows = {branch.pk: branch for branch in branches}
        self.offer_rows = {offer.pk: offer for offer in offers}
        self._offer_choices("branches", [(pk, branch.name) for pk, branch in self.branch_rows.items()])
        offered = [(pk, f"{offer.name} ({offer.promise})") for pk, offer in self.offer_rows.items()]
        self._offer_choices("offer", [("", "No offer"), *offered])
        self.segment_rows = {version.pk: version for version in segments}
        if self.segment_rows:
            named = [(pk, _named(version)) for pk, version in self.segment_rows.items()]
            self._offer_choices("segment", [("", "Everybody"), *named])
        else:
            del self.fields["segment"]

    def _offer_choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def chosen_ids(self) -> set[int]:
        if not self.is_bound:
            return {int(pk) for pk in self.initial.get("branches", [])}
        return {int(pk) for pk in self.data.getlist("branches") if pk.isdigit()}  # type: ignore[attr-defined]  # a QueryDict

    @property
    def chosen_images(self) -> list[int]:
        if not self.is_bound:
            return [int(pk) for pk in self.initial.get("images", [])]
        return [int(pk) for pk in self.data.getlist("images") if pk.isdigit()]  # type: ignore[attr-defined]  # a QueryDict

    def alt_of(self, item_id: int) -> str:
        name = f"alt_{item_id}"
        return str(self.data.get(name, "")) if self.is_bound else str(self.initial.get(name, ""))

    def alts_of(self, item_id: int) -> dict[str, str]:
        """What is said of a picture in a language or on a branch."""
        values, start = self.data if self.is_bound else self.initial, f"alt_{item_id}_"
        return {
            name.removeprefix(start): str(values.get(name, "")) for name in values if name.startswith(start)
        }

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
            first_comment=str(answers.get("first_comment") or "").replace("\r\n", "\n").strip(),
            may_split=bool(answers.get("may_split")),
            images=tuple((self.picture_rows[pk], self.alt_of(pk)) for pk in answers.get("images") or []),
            alts={pk: self.alts_of(pk) for pk in answers.get("images") or []},
            signing=answers.get("signing") or Post.Signing.USUAL,
            segment=self.segment_rows.get(answers.get("segment") or 0),
            begun_from=self.template_rows.get(answers.get("begun_from") or 0),
            tags=read_tags(str(answers.get("tags") or "")),
            overrides={branch.pk: self.override_of(branch.pk).replace("\r\n", "\n") for branch in branches},
        )


def _named(version: SegmentVersion) -> str:
    """A version that is not the newest says so: the post keeps it until somebody chooses another."""
    is_newest = version.segment.current_id == version.pk
    return version.segment.name if is_newest else f"{version} (kept)"


def read_tags(text: str) -> tuple[str, ...]:
    """Small words between commas, each once."""
    words = (" ".join(word.split()).lower().lstrip("#")[:40] for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def title_from(text: str) -> str:
    first = (text.splitlines() or [""])[0].replace("{link}", "")
    first = " ".join(NAMED.sub("…", first).split())
    return first if len(first) <= 60 else f"{first[:57].rsplit(' ', 1)[0]}…"
