from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms

from livingroom.ideas.desk import other_words
from livingroom.ideas.desk.queries import who_may_answer
from livingroom.ideas.duty.operations import SHORTEST_REASON
from livingroom.ideas.duty.states import choices_after
from livingroom.ideas.models import Board, Category, Idea, Storm
from livingroom.people.models import Staff
from livingroom.posts.forms import LOCAL, WallTimeField, local_input


def people_field(
    label: str, *, required: bool = True, help_text: str = "", empty: str = ""
) -> forms.TypedChoiceField:
    """Somebody who may answer ideas."""
    people = [(str(person.pk), str(person)) for person in who_may_answer()]
    return forms.TypedChoiceField(
        label=label, required=required, help_text=help_text, empty_value=None,
        choices=people if required else [("", empty or "Nobody"), *people],
        coerce=lambda number: Staff.objects.get(pk=int(number)),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Our official word on an idea."""

    state = forms.ChoiceField(label="What becomes of it")
    reason = forms.CharField(
        label="Why",
        min_length=SHORTEST_REASON,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6, "data-submit-key": ""}),
        help_text="Public, and mailed to everybody who voted or follows. Say it as to a person.",
    )
    url = forms.URLField(
        label="Where the release is", required=False, max_length=1000, assume_scheme="https",
        help_text="When it shipped: it stands in the letter to those who asked for it.",
    )  # fmt: skip

    def __init__(self, *args: Any, idea: Idea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"] = forms.ChoiceField(
            label="What becomes of it", choices=choices_after(idea.state), widget=forms.RadioSelect
        )


class StormForm(forms.Form):
    topic = forms.CharField(label="Topic", max_length=120)
    intro = forms.CharField(
        label="What it is about", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    opens_at = WallTimeField(label="Opens, on the clock of UTC", widget=local_input())
    closes_at = WallTimeField(label="Closes, on the clock of UTC", widget=local_input())

    def __init__(self, *args: Any, storm: Storm | None = None, **kwargs: Any) -> None:
        if storm is not None:
            kwargs["initial"] = {
                "topic": storm.topic, "intro": storm.intro, "host": storm.host_id,
                "opens_at": storm.opens_at.astimezone(UTC).strftime(LOCAL),
                "closes_at": storm.closes_at.astimezone(UTC).strftime(LOCAL),
                "board": storm.board_id,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["host"] = people_field("Host", help_text="Who answers there, and sums it up at the end.")
        if storm is None:
            self.fields["board"] = forms.ModelChoiceField(
                Board.objects.filter(closed_at=None), label="Board", empty_label=None
            )

    def moment(self, name: str) -> datetime:
        wall: datetime = self.cleaned_data[name]
        return wall.replace(tzinfo=UTC)


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label="What came of it",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Stands on its page, and is mailed once to everybody who took part.",
    )


OF_BOARD = {"name": 80, "intro": 300}
OF_CATEGORY = {"name": 60}


class BoardForm(forms.ModelForm[Board]):
    """What holds on a board."""

    class Meta:
        model = Board
        fields = [
            "name", "intro", "language", "answer_line", "answer_within_days", "half_life_days", "vote_budget", "allows_against",
            "looks_first", "archive_after_months", "digest_every",
        ]  # fmt: skip
        labels = {
            "intro": "What it is for",
            "answer_line": "The line, votes",
            "answer_within_days": "Answered within, days",
            "half_life_days": "Half-life of a vote, days",
            "vote_budget": "Votes each",
            "allows_against": "Votes against, too",
            "looks_first": "Look first",
            "archive_after_months": "Archive after, months",
            "digest_every": "Digest for management",
        }
        widgets = {
            "half_life_days": forms.NumberInput(attrs={"step": "any", "min": "0.1"}),
            "language": forms.Select(choices=other_words.LANGUAGES),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"] = people_field(
            "Partner", required=False, empty="Whoever owes the fewest",
            help_text="Owes the answers where no category names somebody. Takes over what the last one owes.",
        )  # fmt: skip
        self.initial.setdefault("partner", self.instance.partner_id)
        self.fields["language"].required = False
        other_words.add_fields(self, OF_BOARD, self.instance.words, "")

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"] or self.initial["language"])

    @property
    def others(self) -> list[forms.BoundField]:
        return other_words.bound(self, OF_BOARD)

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        plain = {name: given[name] for name in [*self._meta.fields, "partner"]}  # type: ignore[misc]  # a list above
        return plain | {"words": other_words.read(given, OF_BOARD, given["language"], self.instance.words)}


class CategoryForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60)
    answer_within_days = forms.IntegerField(
        label="Answered within, days",
        required=False,
        min_value=1,
        max_value=365,
        help_text="Empty: as on the board.",
    )
    position = forms.IntegerField(label="Place in the list", min_value=0, max_value=1000, initial=50)

    def __init__(self, *args: Any, category: Category | None = None, own: str = "en", **kwargs: Any) -> None:
        self.own, self.before = own, category.words if category else {}
        kwargs.setdefault("prefix", f"category{category.pk}" if category else "category")
        if category is not None:
            kwargs["initial"] = {
                "name": category.name, "answer_within_days": category.answer_within_days,
                "position": category.position, "partner": category.partner_id,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["partner"] = people_field("Partner", required=False, empty="As on the board")
        other_words.add_fields(self, OF_CATEGORY, self.before, own)

    @property
    def others(self) -> list[forms.BoundField]:
        return other_words.bound(self, OF_CATEGORY)

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        plain = {name: given[name] for name in ("name", "answer_within_days", "position", "partner")}
        return plain | {"words": other_words.read(given, OF_CATEGORY, self.own, self.before)}


class NewBoardForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)


class ActionForm(forms.Form):
    """What the branches tell: one text for each language they speak."""

    destination = forms.URLField(
        label="Where the links lead", max_length=1500, assume_scheme="https",
        help_text="The release, or the idea’s page. Each branch gets its own short link to it.",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        branches: Sequence[tuple[str, str, str]],
        texts: dict[str, tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branches"] = forms.MultipleChoiceField(
            label="Branches",
            choices=[(number, name) for number, name, _ in branches],
            widget=forms.CheckboxSelectMultiple,
        )
        self.spoken = {number: language for number, _, language in branches}
        self.languages = list(texts)
        for language, (label, text) in texts.items():
            self.fields[f"text_{language}"] = forms.CharField(
                label=label, required=False, initial=text, strip=False, max_length=5000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Each language with its text and the boxes of its branches."""
        boxes = list(self["branches"])
        return [
            {
                "text": self[f"text_{language}"],
                "boxes": [box for box in boxes if self.spoken[str(box.data["value"])] == language],
            }
            for language in self.languages
        ]

    @property
    def texts(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"text_{language}"] for language in self.languages}
