"""The public pages of groups, and their feed."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.community.atom import Entry, feed
from livingroom.community.events.public import card
from livingroom.community.groups.around import around
from livingroom.community.groups.hearing import follow, follows, unfollow
from livingroom.community.groups.models import Group
from livingroom.community.pages import page, refused, tongue_of
from livingroom.community.words import words_in
from livingroom.ideas.models import Idea
from livingroom.links.operations import short_url
from livingroom.people.members.at_the_door import member_of
from livingroom.people.members.doing import CannotDo, Given, do_or_ask
from livingroom.people.models import Member
from livingroom.posts.models import Placement

FOLLOW = "hear of a group"
_TO_BE_FILLED = re.compile(r"\{[a-z_]+\}")


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    language = tongue_of(request)
    rows = [
        {
            "row": row,
            **row.said_in(language),
            "n_branches": row.branches.open().count(),
            "hosts": row.hosts.all()[:4],
        }
        for row in Group.objects.public().prefetch_related("hosts")
    ]
    return page(request, "groups/public_list.html", {"groups": rows})


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    row, now, language = _public(slug), timezone.now(), tongue_of(request)
    found = around(row, now)
    words = words_in(language)
    context: dict[str, Any] = {
        "row": row,
        **{f"own_{name}": text for name, text in row.said_in(language).items()},
        "placements": [(one, said_of(one), one.remote_url or one.branch.url) for one in found.placements],
        "said": found.said,
        "is_wanted": found.is_wanted,
        "follows": follows(row, member_of(request) if request.COOKIES else None),
        "ideas": [(one, idea_url(one)) for one in found.ideas],
        "questions": found.questions,
        "to_come": [card(one, language, words) for one in found.to_come],
        "hosts": row.hosts.all(),
        "branches": row.branches.open(),
    }
    return page(request, "groups/public.html", context)


@require_POST
def group_follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Hear of its events, or no more: a member at once, a visitor by a letter."""
    row = _public(slug)
    given = {"group": row.slug, "ends": bool(request.POST.get("end"))}
    back = f"{row.get_absolute_url()}?lang={tongue_of(request)}"
    try:
        return do_or_ask(request, FOLLOW, given, back=back, now=timezone.now())
    except CannotDo as problem:
        return refused(request, str(problem), back)


def do_follow(member: Member, given: Given, now: datetime) -> str:
    row = Group.objects.public().filter(slug=given["group"]).first()
    if row is None:
        raise CannotDo(words_in(member.language)["not_open_any_more"])
    if given.get("ends"):
        unfollow(member, str(row.pk), now)
    else:
        follow(member=member, group=row, now=now)
    return row.get_absolute_url()


@require_safe
def group_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """What its branches said, its questions and ideas, newest first."""
    row, language = _public(slug), tongue_of(request)
    found, base = around(row, timezone.now()), settings.PUBLIC_URL
    entries = [
        *(
            Entry(one.post.title, one.remote_url or f"{base}{row.get_absolute_url()}#post-{one.pk}", said_of(one),
                  one.sent_at, one.branch.name)
            for one in found.placements if one.sent_at
        ),
        *(
            Entry(one.title, one.url if one.where else base + one.url, "", one.at, one.who or one.where)
            for one in found.questions
        ),
        *(
            Entry(one.title, base + url, one.text, one.public_at or one.made_at, one.author_name)
            for one in found.ideas if (url := idea_url(one))
        ),
    ]  # fmt: skip
    told = row.said_in(language)
    return feed(
        title=told["name"], subtitle=told["intro"], path=reverse("group_atom", args=[row.slug]),
        page_path=row.get_absolute_url(), language=language,
        entries=sorted(entries, key=lambda entry: entry.at, reverse=True),
    )  # fmt: skip


def said_of(placement: Placement) -> str:
    """What went out, with the link where one stands for it; other places that were to be filled are left out."""
    text = placement.sent_text or placement.text
    link = short_url(placement.link) if placement.link else ""
    return _TO_BE_FILLED.sub("", text.replace("{link}", link)).strip()


def idea_url(idea: Idea) -> str:
    try:
        return reverse("idea", args=[idea.board.slug, idea.pk])
    except NoReverseMatch:  # a house without the ideas' public pages
        return ""


def _public(slug: str) -> Group:
    found: Group = get_object_or_404(Group.objects.public(), slug=slug)
    return found
