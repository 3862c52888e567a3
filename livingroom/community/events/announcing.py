"""An event's posts: a draft for chosen branches, each in its own language and on its own clock, with a link of its own."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.community.events.models import Event, EventPost
from livingroom.community.events.operations import CannotChange
from livingroom.community.events.zones import span, zone_name
from livingroom.community.groups.segments import version_of
from livingroom.community.words import words_in
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.drafts import PostDraft
from livingroom.posts.models import Post
from livingroom.posts.operations import save_post
from livingroom.segments.models import SegmentVersion
from livingroom.shared.events import record_event


def draft_post(*, staff: Staff, event: Event, branches: Sequence[Branch], now: datetime) -> Post:
    """Prepare the post; a person reads and schedules it as any other. Raises CannotChange, PermissionDenied."""
    require(staff, "answer_ideas")
    if not branches:
        raise CannotChange("Choose at least one branch that tells of it.")
    words = event.said_in(event.language)
    draft = PostDraft(
        title=words["title"],
        text=text_for(event, event.language, event.time_zone),
        destination=event.more_url or event.page_url,
        branches=tuple(branches),
        overrides={branch.pk: text_for(event, branch.language, branch.time_zone) for branch in branches},
        tags=("event", event.slug),
        segment=_segment_of(event),
    )
    with transaction.atomic():
        post = save_post(staff=staff, draft=draft, now=now)
        attach_post(staff=staff, event=event, post=post, now=now)
    return post


def _segment_of(event: Event) -> SegmentVersion | None:
    """Whom the post is for: the segment of the event's group, where it is for one."""
    groups = list(event.groups.all())
    return version_of(groups[0]) if len(groups) == 1 else None


def attach_post(*, staff: Staff, event: Event, post: Post, now: datetime) -> EventPost:
    """Say that a post tells of an event, so that what came by its links counts here. Raises PermissionDenied."""
    require(staff, "answer_ideas")
    row, is_new = EventPost.objects.get_or_create(
        event=event, post=post, defaults={"at": now, "staff": staff}
    )
    if is_new:
        record_event(actor=staff, verb="announced with a post", subject=event, now=now, post=post.pk)
    return row


def text_for(event: Event, language: str, zone: str) -> str:
    """What a branch says: title, time on its own clock, place, and the link."""
    words, said = words_in(language), event.said_in(language)
    when = f"{span(event.starts_at, event.ends_at, zone, words)} ({zone_name(zone)})"
    place = event.place or (event.venue.name if event.venue else "") or event.region
    return "\n".join(filter(None, [said["title"], when, place, "{link}"]))
