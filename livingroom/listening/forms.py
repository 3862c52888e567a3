"""What people type into this room."""

from typing import Any

from django import forms

from livingroom.listening.jetstream.running import PUBLIC_STREAM
from livingroom.listening.models import AlertReceiver, Topic
from livingroom.listening.topics.operations import Budget
from livingroom.segments.models import Segment, SegmentVersion

QUERY_HELP = (
    'Words beside each other must all be there. <code>AND OR NOT</code>, <code>-word</code>, <code>"a phrase"</code>, '
    "<code>( )</code>, <code>start*</code>, <code>overheat* NEAR/5 battery</code>, <code>lang:pt</code>, "
    "<code>country:br</code>, <code>network:bluesky</code>, <code>from:handle</code>. Case and accents do not matter."
)
DAYS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "a year"))


class TopicForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    query = forms.CharField(
        label="What to listen for",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=QUERY_HELP,
    )
    why = forms.CharField(
        label="Why this wording",
        max_length=300,
        required=False,
        help_text="Kept with the version, beside your name.",
    )
    segment = forms.ModelChoiceField(
        label="Said by",
        queryset=Segment.objects.none(),
        required=False,
        empty_label="Anybody",
        help_text="Authors whom we know must be in the segment; others are held to its countries, languages and networks.",
    )
    is_searched = forms.BooleanField(
        label="Ask networks that search for words, too",
        required=False,
        help_text="Some charge for what they find.",
    )
    calls_a_day = forms.IntegerField(label="Calls a day", required=False, min_value=0)
    calls_a_month = forms.IntegerField(label="Calls a month", required=False, min_value=0)
    money_a_day = forms.DecimalField(
        label="Dollars a day", required=False, min_value=0, max_digits=9, decimal_places=2
    )
    money_a_month = forms.DecimalField(
        label="Dollars a month", required=False, min_value=0, max_digits=9, decimal_places=2
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["segment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Segment.objects.filter(archived_at=None, current__isnull=False)

    @classmethod
    def of(cls, topic: Topic) -> "TopicForm":
        def money(minor: int | None) -> str:
            return "" if minor is None else f"{minor / 100:.2f}"

        return cls(
            initial={
                "name": topic.name,
                "query": topic.current.query if topic.current else "",
                "is_searched": topic.is_searched,
                "segment": version.segment_id if (version := limited_to(topic)) else None,
                "calls_a_day": topic.calls_a_day,
                "calls_a_month": topic.calls_a_month,
                "money_a_day": money(topic.money_a_day_minor),
                "money_a_month": money(topic.money_a_month_minor),
            }
        )

    @property
    def budget(self) -> Budget:
        def minor(name: str) -> int | None:
            value = self.cleaned_data.get(name)
            return None if value is None else int(value * 100)

        return Budget(
            self.cleaned_data.get("calls_a_day"), self.cleaned_data.get("calls_a_month"),
            minor("money_a_day"), minor("money_a_month"),
        )  # fmt: skip


def limited_to(topic: Topic) -> SegmentVersion | None:
    return topic.current.segment_version if topic.current else None


class SourceForm(forms.Form):
    address = forms.CharField(
        label="Address of the stream", max_length=500, initial=PUBLIC_STREAM,
        help_text="A Jetstream, Bluesky’s or your own. Only posts that a topic asks for are kept.",
    )  # fmt: skip


class ReceiverForm(forms.Form):
    kind = forms.ChoiceField(label="How", choices=AlertReceiver.Kind.choices)
    address = forms.CharField(label="Where to", max_length=500)
    only_crises = forms.BooleanField(label="Crises only", required=False)


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file", help_text="Columns <code>text</code> and <code>at</code>; if there are, author, network, id, url, "
        "language, country, followers, branch. Rows brought before change nothing.",
    )  # fmt: skip


class MentionFilter(forms.Form):
    """Every field is optional; what cannot be read narrows nothing and says so."""

    text = forms.CharField(label="Words", required=False, max_length=200)
    topic = forms.ChoiceField(label="Topic", required=False)
    branch = forms.ChoiceField(label="Branch", required=False)
    language = forms.ChoiceField(label="Language", required=False)
    network = forms.ChoiceField(label="Network", required=False)
    verdict = forms.ChoiceField(
        label="Spam", required=False,
        choices=[("", "Shown"), ("queued", "Perhaps spam"), ("hidden", "Hidden as spam"), ("all", "All")],
    )  # fmt: skip
    sentiment = forms.ChoiceField(
        label="Tone", required=False,
        choices=[("", "Any"), ("negative", "Negative"), ("neutral", "Neutral"), ("positive", "Positive"), ("unsure", "Unsure")],
    )  # fmt: skip
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Any"), *known]
