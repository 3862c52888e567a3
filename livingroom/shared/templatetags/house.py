"""Tags the page frame is built with: versioned files, navigation, form controls."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django import template
from django.forms import BoundField
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from livingroom.shared import assets, menu, street
from livingroom.shared.problems import Problem
from livingroom.shared.tongues import DEFAULT, language_of

register = template.Library()

NAVIGATION = [
    ("See", [("overview", "Overview"), ("ledger", "Ledger"), ("credit", "Credit"), ("leaks", "Leaks")]),
    ("Prove", [("experiments", "Experiments"), ("returns", "Return"), ("claims", "Claims")]),
    (
        "Listen",
        [
            ("inbox", "Inbox"),
            ("service", "Service"),
            ("listening", "Listening"),
            ("mentions_heard", "Mentions"),
            ("topics", "Topics"),
            ("listening_alarms", "Alarms"),
        ],
    ),
    (
        "Speak",
        [
            ("compose", "Compose"),
            ("calendar", "Calendar"),
            ("approvals", "Approvals"),
            ("phrases", "Phrases"),
            ("media", "Pictures"),
            ("offers", "Offers"),
            ("reactions", "Reactions"),
            ("pauses", "Stop"),
        ],
    ),
    ("Shape", [("ideas_desk", "Ideas")]),
    (
        "Community",
        [
            ("community_events", "Events"),
            ("community_questions", "Questions"),
            ("community_groups", "Groups"),
            ("community_relations", "Relations"),
        ],
    ),
    (
        "Keep house",
        [
            ("segments", "Segments"),
            ("branches", "Branches"),
            ("networks", "Networks"),
            ("orders", "Orders"),
            ("customers", "Customers"),
            ("settings", "Settings"),
        ],
    ),
]


@dataclass(frozen=True)
class Destination:
    name: str
    label: str
    url: str
    is_current: bool


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, with a version that changes when the file does."""
    return assets.versioned_url(path)


@register.simple_tag
def stylesheet() -> str:
    return assets.stylesheet_url()


@register.simple_tag
def vega_bundle() -> str:
    return assets.vega_url()


@register.simple_tag
def navigation(path: str, staff: object = None) -> list[tuple[str, list[Destination]]]:
    """The staff's navigation as far as they may go, with the entry that `path` belongs to marked as current."""
    names = [name for _, entries in NAVIGATION for name, _ in entries if menu.is_shown(name, staff)]
    found = {name: url for name in names if (url := _url_of(name))}
    current = max(
        (name for name, url in found.items() if path.startswith(url)),
        key=lambda name: len(found[name]),
        default="",
    )
    return [
        (
            heading,
            [
                Destination(name, label, found[name], name == current)
                for name, label in entries
                if name in found
            ],
        )
        for heading, entries in NAVIGATION
    ]


@register.simple_tag(takes_context=True)
def street_ways(context: Context, language: str) -> list[street.Way]:
    """The public rooms, in the visitor's language; one that was asked for by name goes along."""
    ways, request = street.ways_in(language), context.get("request")
    if request is None or "lang" not in request.GET:
        return ways
    return [replace(way, query=f"?lang={language}") for way in ways]


@register.simple_tag
def street_words(language: str) -> Mapping[str, str]:
    return street.words_in(language)


@register.simple_tag(takes_context=True)
def visitor_tongue(context: Context) -> str:
    """The language of whoever reads a page that has none of its own; our own people's is English."""
    request = context.get("request")
    if request is None or getattr(getattr(request, "user", None), "is_authenticated", False):
        return DEFAULT
    return language_of(request, street.WORDS)


@register.simple_tag
def street_tongues() -> list[tuple[str, str]]:
    """The languages that visitors are spoken to in, each in its own words."""
    return [(code, words["language"]) for code, words in street.WORDS.items()]


@register.simple_tag
def control(field: BoundField, problems: list[Problem] | str = "") -> SafeString:
    """The field's control, tied to the problems written below it for those who listen instead of look."""
    mine = problems_of(problems, field.name)
    attributes: dict[str, str | bool] = {}
    if mine:
        described = [field.aria_describedby or "", f"{field.auto_id}_problems"]
        attributes["aria-describedby"] = " ".join(filter(None, described))
    if any(problem.blocks for problem in mine):
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.filter
def problems_of(problems: list[Problem] | str | None, name: str) -> list[Problem]:
    """Those problems that are about the field called `name`; "" picks those about no field in particular."""
    return [problem for problem in problems or [] if isinstance(problem, Problem) and problem.field == name]


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not hasattr(
        field.field.widget, "choices"
    )


@register.filter
def is_group(field: BoundField) -> bool:
    """True for radio buttons and lists of checkboxes, which need a legend instead of a label."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def initials(name: str) -> str:
    """The one or two letters on a face that has no picture."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter
def hue(name: str) -> int:
    """One of eight steady colours for a name, so that a face keeps its colour on every page."""
    return sum(str(name).encode()) % 8


def _url_of(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
