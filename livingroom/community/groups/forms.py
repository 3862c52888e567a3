from typing import Any

from django import forms

from livingroom.branches.models import Branch, Host
from livingroom.community import other_words
from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.models import Group
from livingroom.community.words import WORDS
from livingroom.ideas.models import Category, Storm
from livingroom.segments.models import Segment
from livingroom.shared.places import language_name

OTHER = {"name": 60, "intro": 400}
PLAIN = ("name", "slug", "intro", "language", "segment", "position", "is_public")
MANY = ("branches", "hosts", "categories", "storms")


class GroupForm(forms.Form):
    name = forms.CharField(max_length=60)
    slug = forms.SlugField(
        max_length=40,
        required=False,
        label="Short name",
        help_text="In its address; empty for one made of the name.",
    )
    intro = forms.CharField(max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    language = forms.ChoiceField(choices=[(code, language_name(code)) for code in WORDS])
    interests = forms.CharField(
        required=False,
        max_length=300,
        help_text="Words with commas between. Ideas that use them are shown.",
    )
    segment = forms.ChoiceField(
        required=False,
        help_text="Its page shows what these people want most, and those of them who said yes to it are invited to its events.",
    )
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.open(), required=False, widget=forms.CheckboxSelectMultiple
    )
    hosts = forms.ModelMultipleChoiceField(
        Host.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Their faces stand on its page.",
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.filter(board__is_twin=False), required=False, widget=forms.CheckboxSelectMultiple,
        label="Categories of ideas",
    )  # fmt: skip
    storms = forms.ModelMultipleChoiceField(
        Storm.objects.filter(board__is_twin=False), required=False, widget=forms.CheckboxSelectMultiple,
        label="Storm sessions",
    )  # fmt: skip
    position = forms.IntegerField(min_value=0, max_value=999, initial=50, help_text="Low numbers come first.")
    is_public = forms.BooleanField(required=False, initial=True, label="Everybody may see it")

    def __init__(self, *args: Any, group: Group | None = None, **kwargs: Any) -> None:
        if group is not None:
            kwargs["initial"] = _initial(group)
        super().__init__(*args, **kwargs)
        self._offer_segments(group.segment if group else "")
        other_words.add_languages(self, "", OTHER)

    def _offer_segments(self, kept: str) -> None:
        """Those in use, and the one it has though it was put away."""
        names = {row.slug: row.name for row in Segment.objects.standing()}
        if kept and kept not in names:
            names[kept] = f"{kept} (put away)"
        field = self.fields["segment"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None"), *names.items()]

    @property
    def main(self) -> list[Any]:
        return [
            self[name] for name in self.fields if not name.startswith(tuple(f"{part}_" for part in OTHER))
        ]

    @property
    def others(self) -> list[Any]:
        return other_words.bound(self, OTHER)

    def draft(self) -> GroupDraft:
        given = self.cleaned_data
        many: dict[str, Any] = {name: tuple(given[name]) for name in MANY}
        plain: dict[str, Any] = {name: given[name] for name in PLAIN}
        interests = tuple(
            dict.fromkeys(word.strip().lower() for word in given["interests"].split(",") if word.strip())
        )
        words = other_words.read(given, given["language"], list(OTHER))
        return GroupDraft(**plain, **many, interests=interests, words=words)


def _initial(group: Group) -> dict[str, Any]:
    return {
        **{name: getattr(group, name) for name in PLAIN},
        **{name: getattr(group, name).all() for name in MANY},
        "interests": ", ".join(group.interests),
        **other_words.initial(group.words),
    }
