from collections.abc import Iterable
from typing import Any

from django import forms

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation, Team
from livingroom.inbox.replies.models import SavedReply
from livingroom.inbox.rules.models import Rule
from livingroom.people.models import Staff

YES_NO = [("", "Whichever"), ("yes", "Yes"), ("no", "No")]
LISTS = ("networks", "languages", "countries", "abouts", "tags")


class RuleForm(forms.ModelForm[Rule]):
    """When, if, then. What is left empty is not asked, or not done."""

    branches = forms.ModelMultipleChoiceField(
        Branch.objects.none(), required=False, to_field_name="slug", widget=forms.CheckboxSelectMultiple
    )
    networks = forms.CharField(required=False, help_text="Apart by spaces: bluesky mail")
    languages = forms.CharField(required=False, help_text="Two letters each: de fr")
    countries = forms.CharField(required=False, help_text="Two letters each: AT CH")
    kinds = forms.MultipleChoiceField(
        required=False, choices=Conversation.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    abouts = forms.CharField(label="Subjects", required=False, help_text="As routing names them.")
    tags = forms.CharField(required=False, help_text="One of these.")
    words = forms.CharField(
        label="It says one of",
        required=False,
        help_text="Words or phrases, one a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    not_words = forms.CharField(
        label="It says none of", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    in_hours = forms.ChoiceField(label="In business hours", required=False, choices=YES_NO)
    customer = forms.ChoiceField(label="They bought from us", required=False, choices=YES_NO)
    followers_from = forms.IntegerField(label="Followers from", required=False, min_value=1)
    rating_to = forms.IntegerField(label="Rating up to", required=False, min_value=1, max_value=5)

    do_team = forms.ModelChoiceField(Team.objects.all(), label="Give it to the team", required=False)
    do_owner = forms.ModelChoiceField(
        Staff.objects.filter(is_active=True), label="Assign it to", required=False
    )
    do_tags = forms.CharField(label="Tag it", required=False)
    do_priority = forms.TypedChoiceField(
        label="Set its priority to",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "–"), *Conversation.Priority.choices],
    )
    do_reply = forms.ModelChoiceField(
        SavedReply.objects.all(),
        label="Answer by itself with",
        required=False,
        help_text="Marked as automatic; it never counts as an answer.",
    )
    do_note = forms.CharField(label="Leave the note", required=False, max_length=500)
    do_snooze_hours = forms.IntegerField(
        label="Put it away for, hours", required=False, min_value=1, max_value=2000
    )
    do_close = forms.BooleanField(label="Close it", required=False)
    do_webhook = forms.URLField(
        label="Tell the address",
        required=False,
        assume_scheme="https",
        help_text="Signed as Standard Webhooks says.",
    )

    class Meta:
        model = Rule
        fields = ("name", "when", "hours", "stops_here", "is_on")

    def __init__(self, *args: Any, **more: Any) -> None:
        rule: Rule | None = more.get("instance")
        more["initial"] = (_initial(rule) if rule else {}) | (more.get("initial") or {})
        super().__init__(*args, **more)
        branches: Any = self.fields["branches"]
        branches.queryset = Branch.objects.open()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not self.errors and not self._actions(answers):
            raise forms.ValidationError("It does nothing yet: choose at least one thing to do.")
        return answers

    def rule(self) -> Rule:
        """The rule as it was filled in, not saved."""
        row = self.save(commit=False)
        row.conditions, row.actions = self._conditions(self.cleaned_data), self._actions(self.cleaned_data)
        return row

    def _conditions(self, answers: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {name: _split(answers[name]) for name in LISTS}
        found |= {
            name: [line.strip() for line in answers[name].splitlines() if line.strip()]
            for name in ("words", "not_words")
        }
        found |= {
            name: answers[name] for name in ("kinds", "in_hours", "customer", "followers_from", "rating_to")
        }
        found["branches"] = [branch.slug for branch in answers["branches"]]
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    def _actions(self, answers: dict[str, Any]) -> dict[str, Any]:
        rows = {name: answers.get(f"do_{name}") for name in ("team", "owner", "reply")}
        found: dict[str, Any] = {name: row.pk for name, row in rows.items() if row is not None}
        found["tags"] = _split(answers.get("do_tags") or "")
        found |= {
            name: answers.get(f"do_{name}")
            for name in ("priority", "note", "snooze_hours", "close", "webhook")
        }
        return {name: value for name, value in found.items() if value not in (None, "", [], False)}


def _initial(rule: Rule) -> dict[str, Any]:
    wanted, does = rule.conditions, rule.actions
    found: dict[str, Any] = {name: " ".join(wanted.get(name, [])) for name in LISTS}
    found |= {name: "\n".join(wanted.get(name, [])) for name in ("words", "not_words")}
    names: Iterable[str] = ("branches", "kinds", "in_hours", "customer", "followers_from", "rating_to")
    found |= {name: wanted.get(name) for name in names}
    found |= {f"do_{name}": value for name, value in does.items()}
    return found | {"do_tags": " ".join(does.get("tags", []))}


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()
