"""Words of the portal inside templates: {% say "title" brand=brand.name %}. Needs `tongue` in the context."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from livingroom.ideas.duty.states import TONES
from livingroom.ideas.models import Board, Category, Idea
from livingroom.ideas.portal.addresses import board_path, idea_path
from livingroom.ideas.portal.rows import Card
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.text import html_of
from livingroom.shared.templatetags.words import machine_time

register = template.Library()
# What a card shows of an idea itself.
FACTS = (
    "pk",
    "title",
    "language",
    "state",
    "n_for",
    "n_against",
    "n_withheld",
    "n_brought",
    "n_comments",
    "category_id",
    "public_at",
)


@dataclass(frozen=True)
class Drawing:
    """A card to be drawn: the same facts are the same card."""

    facts: tuple[object, ...]
    given: dict[str, Any] = field(compare=False)


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **values: object) -> str:
    return _tongue(context).say(key, **values)


@register.simple_tag(takes_context=True)
def name_of(context: Context, what: Board | Category) -> str:
    """What a board or a category is called in the reader's language."""
    return what.name_in(_tongue(context).code)


@register.simple_tag(takes_context=True)
def intro_of(context: Context, board: Board) -> str:
    return board.intro_in(_tongue(context).code)


@register.simple_tag(takes_context=True)
def count(context: Context, key: str, n: int) -> str:
    return _tongue(context).count(key, n)


@register.simple_tag(takes_context=True)
def whole(context: Context, n: int) -> str:
    return _tongue(context).number(n)


@register.simple_tag(takes_context=True)
def percent_in(context: Context, share: float) -> str:
    return _tongue(context).percent(share)


@register.simple_tag(takes_context=True)
def day_in(context: Context, on: date) -> str:
    return _tongue(context).day(on)


@register.simple_tag(takes_context=True)
def since(context: Context, at: datetime) -> SafeString:
    """A moment as its day; the whole of it on hover and for machines."""
    tongue = _tongue(context)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', machine_time(at), tongue.moment(at), tongue.day(at)
    )


@register.simple_tag(takes_context=True)
def state_badge(context: Context, state: str) -> SafeString:
    words = _tongue(context).say(f"state_{state}")
    return format_html('<span class="badge badge--{}">{}</span>', TONES[Idea.State(state)], words)


@register.simple_tag(takes_context=True)
def address_of(context: Context, what: Board | Idea, name: str = "", *more: object) -> str:
    """Where a board or an idea is, in the language the reader chose; `name` is a page below it."""
    path = idea_path(what, name, *more) if isinstance(what, Idea) else board_path(what, name, *more)
    return path + _tongue(context).kept


@register.simple_tag(takes_context=True)
def idea_card(context: Context, card: Card, level: int = 2, hide_category: bool = False) -> SafeString:
    """One idea of a list. What a mere visitor sees of it depends on these facts alone, so it is drawn once for them all."""
    board, idea = context["board"], card.idea
    given = {"card": card, "idea": idea, "level": level, "hide_category": hide_category}
    if context["is_known"]:
        with context.push(**given):
            return _template().render(context)
    shared = {name: context[name] for name in ("board", "reader", "tongue", "kept", "may_act", "is_known")}
    category = idea.category.name_in(_tongue(context).code) if idea.category else ""
    facts = (
        *(getattr(idea, name) for name in FACTS), category, idea.author_name, card.excerpt,
        card.is_votable, card.is_late, card.is_under_seen, card.says, board.slug, board.allows_against,
        context["may_act"], _tongue(context), level, hide_category,
    )  # fmt: skip
    return _drawn(Drawing(facts, shared | given))


@register.filter
def as_html(text: str) -> SafeString:
    """Markdown of a stranger, made safe."""
    return html_of(text)


def _tongue(context: Context) -> Tongue:
    tongue: Tongue = context["tongue"]
    return tongue


@lru_cache(maxsize=4096)
def _drawn(drawing: Drawing) -> SafeString:
    return _template().render(Context(drawing.given))


@cache
def _template() -> Template:
    found: Template = get_template("ideas/portal/card.html").template  # type: ignore[attr-defined]  # of Django's own engine
    return found
