"""The public pages of events: what is on, one event with its time on every clock, RSVP, calendar files, Atom."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from livingroom.branches.models import Branch
from livingroom.community.atom import Entry, feed
from livingroom.community.events.attending import counts, reply
from livingroom.community.events.calendar import as_calendar, where
from livingroom.community.events.models import Event, Rsvp
from livingroom.community.events.zones import clocks, said, span, zone_name
from livingroom.community.pages import page, refused, tongue_of
from livingroom.community.words import words_in
from livingroom.people.members.at_the_door import member_of
from livingroom.people.members.doing import CannotDo, Given, do_or_ask
from livingroom.people.models import Member
from livingroom.posts.models import Placement
from livingroom.shared.models import Brand
from livingroom.shared.tongues import Words

RSVP = "come to an event"
SHOWN_BEFORE = 20
A_PAGE = 30


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), tongue_of(request)
    words = words_in(language)
    rows, asked = Event.objects.select_related("venue", "host"), request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and 0 < len(asked) < 5 else 1
    found = list(rows.to_come(now)[(number - 1) * A_PAGE : number * A_PAGE + 1])
    context = {
        "to_come": [card(row, language, words) for row in found[:A_PAGE]],
        "gone_by": [card(row, language, words) for row in rows.gone_by(now)[:SHOWN_BEFORE]]
        if number == 1
        else [],
        "later_url": f"?lang={language}&page={number + 1}" if len(found) > A_PAGE else "",
    }
    return page(request, "events/public_list.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    return _event_page(request, _public(slug))


@require_POST
def event_rsvp(request: HttpRequest, slug: str) -> HttpResponse:
    """Say whether one comes; done at once for a member, by a letter for anybody else."""
    row, guests = _public(slug), request.POST.get("guests", "0")
    given = {
        "event": row.pk,
        "answer": request.POST.get("answer", ""),
        "guests": int(guests) if guests.isdecimal() and len(guests) < 3 else 0,
        "avatar": request.POST.get("avatar", "")[:120],
    }
    back = row.get_absolute_url()
    if given["answer"] not in Rsvp.Answer.values:
        return refused(request, words_in(tongue_of(request))["choose"], back, status=422)
    try:
        return do_or_ask(request, RSVP, given, back=back, now=timezone.now())
    except CannotDo as problem:
        return refused(request, str(problem), back)


def do_rsvp(member: Member, given: Given, now: Any) -> str:
    """The deed of a letter or of a form; harmless to repeat."""
    row = Event.objects.public().filter(pk=given["event"]).first()
    if row is None:
        raise CannotDo(words_in(member.language)["not_open_any_more"])
    reply(
        member=member,
        event=row,
        answer=given["answer"],
        n_guests=given["guests"],
        avatar=given["avatar"],
        now=now,
    )
    return f"{row.get_absolute_url()}#rsvp"


@require_safe
@cache_control(public=True, max_age=300)
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    row = _public(slug)
    return _calendar([row], f"{row.slug}.ics", tongue_of(request))


@require_safe
@cache_control(public=True, max_age=300)
def events_calendar(request: HttpRequest) -> HttpResponse:
    """All events of the last year and to come; what was called off stays in, so that calendars strike it out."""
    rows = Event.objects.public().select_related("venue", "host").order_by("-starts_at")[:500]
    return _calendar(list(rows), "events.ics", tongue_of(request))


@require_safe
def events_atom(request: HttpRequest) -> HttpResponse:
    language = tongue_of(request)
    words = words_in(language)
    rows = Event.objects.public().select_related("venue", "host").order_by("-announced_at", "-pk")[:50]
    entries = [
        Entry(
            title=row.said_in(language)["title"], url=row.page_url, at=row.announced_at or row.made_at,
            text="\n".join(filter(None, [
                span(row.starts_at, row.ends_at, row.time_zone, words), where(row), row.cancelled_because,
                row.said_in(language)["text"],
            ])),
            author=str(row.host or Brand.current().name), changed_at=row.changed_at,
        )
        for row in rows
    ]  # fmt: skip
    return feed(
        title=f"{Brand.current().name}: {words['events']}", subtitle=words["events_lead"],
        path=reverse("events_atom"), page_path=reverse("events"), language=language, entries=entries,
    )  # fmt: skip


def card(row: Event, language: str, words: Words) -> dict[str, Any]:
    """An event as a list shows it."""
    told = row.said_in(language)
    return {
        "row": row,
        "url": row.get_absolute_url(),
        "title": told["title"],
        "told_in": told["language"],
        "kind": words[row.kind],
        "when": span(row.starts_at, row.ends_at, row.time_zone, words),
        "zone": zone_name(row.time_zone),
        "where": row.place or (row.venue.name if row.venue else "") or row.region,
        "is_cancelled": row.state == Event.State.CANCELLED,
    }


def _event_page(request: HttpRequest, row: Event) -> HttpResponse:
    now, language = timezone.now(), tongue_of(request)
    words, member = words_in(language), member_of(request) if request.COOKIES else None
    mine = Rsvp.objects.filter(event=row, member=member).first() if member else None
    found = counts(row)
    context = {
        **card(row, language, words),
        "text": row.said_in(language)["text"],
        "clocks": clocks(row.starts_at, row.ends_at, _zones(row), row.time_zone, words),
        "place": where(row, with_url=False),
        "is_open": row.state == Event.State.ANNOUNCED and row.ends_at > now,
        "is_over": row.ends_at <= now,
        "mine": mine,
        "mine_said": _mine_said(mine, words),
        "n_coming": found["n_seats_taken"],
        "coming": words["coming"].format(n=found["n_seats_taken"]),
        "seats": _seats(row, found, words),
        "answers": [(value, words[f"answer_{value}"]) for value in Rsvp.Answer.values],
        "guests": range(row.most_guests + 1),
        "groups": [
            (group.said_in(language)["name"], group.get_absolute_url()) for group in row.groups.public()
        ],
        "made_said": said(row.changed_at, row.time_zone, words),
    }
    return page(request, "events/public.html", context)


def _zones(row: Event) -> set[str]:
    """The clocks of the branches that tell of it; of all open ones, when none does yet."""
    telling = Placement.objects.filter(post__in=row.event_posts.values("post")).values("branch")
    zones = set(Branch.objects.filter(pk__in=telling).values_list("time_zone", flat=True))
    return zones or set(Branch.objects.open().values_list("time_zone", flat=True))


def _mine_said(mine: Rsvp | None, words: Words) -> str:
    if mine is None:
        return ""
    if mine.waits_since:
        return words["you_wait"]
    alone = "_alone" if mine.answer == Rsvp.Answer.YES and not mine.n_guests else ""
    return words[f"you_{mine.answer}{alone}"].format(n=mine.n_guests)


def _seats(row: Event, found: dict[str, int], words: Words) -> str:
    if row.capacity is None:
        return ""
    if found["n_seats_free"] and not found["n_waiting"]:
        return words["seats_free"].format(n=found["n_seats_free"], all=row.capacity)
    return words["seats_none"].format(n=found["n_waiting"], all=row.capacity)


def _public(slug: str) -> Event:
    found: Event = get_object_or_404(Event.objects.public().select_related("venue", "host"), slug=slug)
    return found


def _calendar(rows: list[Event], name: str, language: str) -> HttpResponse:
    if not rows and name != "events.ics":
        raise Http404
    content = as_calendar(rows, name=Brand.current().name, language=language)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response
