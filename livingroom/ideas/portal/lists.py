"""The lists of a board: by rank, by category, of a storm session, by words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.ideas.listing import N_PLACES, Page, page_of
from livingroom.ideas.models import Board, Category, Idea, Storm
from livingroom.ideas.portal.addresses import absolute, board_path
from livingroom.ideas.portal.figures import in_time, late_ideas, moment_of
from livingroom.ideas.portal.limits import is_too_often
from livingroom.ideas.portal.ranks import formula_on
from livingroom.ideas.portal.rows import cards_of
from livingroom.ideas.portal.searching import found_by
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import Reader, guarded, on_board, page, reader_of
from livingroom.ideas.ranks import RANKS
from livingroom.ideas.showing import note_page
from livingroom.ideas.storms.operations import state_of
from livingroom.shared.visitors import visitor_address, visitor_of_day

TABS = ("now", "popular", "new", "under_seen", "most_wanted", "answered", "shipped")
OURS = {"answered", "shipped", "late"}  # what we said stands in these lists


@dataclass(frozen=True)
class Tab:
    url: str
    label: str
    is_current: bool
    n: int | None = None


class NarrowForm(forms.Form):
    q = forms.CharField(max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"}))
    category = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)

    def __init__(self, tongue: Tongue, categories: Sequence[Category], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("q", "search"), ("category", "category"), ("state", "state")):
            self.fields[name].label = tongue.say(label)
        category, state = self.fields["category"], self.fields["state"]
        assert isinstance(category, forms.ChoiceField)
        assert isinstance(state, forms.ChoiceField)
        category.choices = [
            ("", tongue.say("any_category")),
            *((row.slug, row.name_in(tongue.code)) for row in categories),
        ]
        state.choices = [
            ("", tongue.say("any_state")),
            *((value, tongue.say(f"state_{value}")) for value in Idea.State.values),
        ]


@guarded
@on_board
@require_safe
def board(request: HttpRequest, board: Board) -> HttpResponse:
    """A page of a board in the order that was asked for, or what has the words that were asked for."""
    reader, now = reader_of(request, board), timezone.now()
    categories = list(board.categories.select_related("partner"))
    form = NarrowForm(reader.tongue, categories, request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "category": "", "state": ""}
    category = next((row for row in categories if row.slug == chosen["category"]), None)
    rank, asked = request.GET.get("rank", "now"), chosen["q"].strip()
    rank = rank if rank in (*TABS, "late") else "now"
    found = (
        _search(request, board, asked, category, chosen["state"], now)
        if asked
        else _listed(request, board, rank, category, chosen["state"], now)
    )
    context = {
        **_list(request, board, reader, found, rank, now),
        "tabs": _tabs(board, reader.tongue, "" if asked else rank),
        "form": form,
        "asked": asked,
        "is_narrowed": bool(asked or category or chosen["state"]),
        "formula": formula_on(board, "search" if asked else rank, reader.tongue),
        "storms": board.storms.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at"),
        "categories": categories,
        "canonical": absolute(board_path(board)),
        "embed_url": absolute(board_path(board, "ideas_embed")),
    }
    return page(request, board, "board", context, reader=reader)


@guarded
@on_board
@require_safe
def category(request: HttpRequest, board: Board, slug: str) -> HttpResponse:
    """One field of ideas, with the person who answers there."""
    reader, now = reader_of(request, board), timezone.now()
    field = get_object_or_404(Category.objects.select_related("partner"), board=board, slug=slug)
    rank = request.GET.get("rank", "now")
    rank = rank if rank in TABS else "now"
    found = _listed(request, board, rank, field, "", now)
    days = field.answer_within_days
    context = {
        **_list(request, board, reader, found, rank, now),
        "category": field,
        "tabs": _tabs(board, reader.tongue, rank, "ideas_category", field.slug),
        "within_days": board.answer_within_days if days is None else days,
    }
    return page(request, board, "category", context, reader=reader)


@guarded
@on_board
@require_safe
def storm(request: HttpRequest, board: Board, slug: str) -> HttpResponse:
    """A storm session: its topic, its host, its ideas, and what came of it."""
    reader, now = reader_of(request, board), timezone.now()
    session = get_object_or_404(Storm.objects.select_related("host"), board=board, slug=slug)
    after = request.GET.get("after")
    found = page_of(board, "most_wanted", storm=session, state="any", after=after, now=now)
    context = {
        **_list(request, board, reader, found, "most_wanted", now),
        "storm": session,
        "phase": state_of(session, now).replace(" ", "_"),
        "n_ideas": session.ideas.public().count(),
    }
    return page(request, board, "storm", context, reader=reader)


def _listed(
    request: HttpRequest, board: Board, rank: str, category: Category | None, state: str, now: datetime
) -> Page:
    after = request.GET.get("after")
    if rank == "late":
        return _late(board, category, after, moment_of(board, now))
    if rank == "shipped":
        return page_of(board, "answered", category=category, state=Idea.State.SHIPPED, after=after, now=now)
    return page_of(
        board, rank, category=category, state=state or None, after=after, rng=_rng(request, now), now=now
    )


def _search(
    request: HttpRequest, board: Board, asked: str, category: Category | None, state: str, now: datetime
) -> Page:
    by_meaning = not is_too_often(request, "search", most=30, seconds=60, now=now)
    ideas = found_by(board, asked, category=category, state=state, by_meaning=by_meaning)
    return Page(RANKS["new"], ideas, "")


def _late(board: Board, category: Category | None, after: str | None, at: datetime) -> Page:
    rows = late_ideas(board, at).select_related("category", "member", "owner").defer("vector")
    rows = rows.filter(category=category) if category else rows
    start = int(after) if after and after.isdecimal() and len(after) < 7 else 0
    ideas = list(rows[start : start + N_PLACES + 1])
    return Page(RANKS["new"], ideas[:N_PLACES], str(start + N_PLACES) if len(ideas) > N_PLACES else "")


def _list(
    request: HttpRequest, board: Board, reader: Reader, found: Page, rank: str, now: datetime
) -> dict[str, Any]:
    """What every list needs. What is shown is counted here."""
    note_page(request, board, found.ideas, now, member=reader.member)
    cards = cards_of(
        found.ideas, board, reader.member, moment_of(board, now), under_seen=found.under_seen if rank == "now" else (),
        with_answers=rank in OURS,
    )  # fmt: skip
    return {
        "cards": cards,
        "rank": rank,
        "back": request.get_full_path(),
        "older_url": _with(request.GET, after=found.after) if found.after else "",
        "newer_url": _with(request.GET, after="") if request.GET.get("after") else "",
        "answered": in_time(board, now),
    }


def _rng(request: HttpRequest, now: datetime) -> np.random.Generator:
    """The same for a visitor all day, so that the second page goes on where the first one ended."""
    agent = request.headers.get("User-Agent", "")
    visitor = visitor_of_day(f"{visitor_address(request)} {agent}", now, purpose="places of ideas")
    return np.random.default_rng(int(hashlib.sha256(visitor.encode()).hexdigest()[:16], 16))


def _tabs(board: Board, tongue: Tongue, current: str, name: str = "", *more: str) -> list[Tab]:
    path, lang = board_path(board, name, *more), f"&lang={tongue.code}" if tongue.chosen else ""
    shown = (*TABS, "late") if current == "late" else TABS
    return [Tab(f"{path}?rank={rank}{lang}", tongue.say(f"rank_{rank}"), rank == current) for rank in shown]


def _with(asked: QueryDict, **changed: str) -> str:
    """The same page with other words in its address; an empty one is left out."""
    given = asked.copy()
    for name, value in changed.items():
        given.pop(name, None)
        if value:
            given[name] = value
    return f"?{given.urlencode()}"
