"""Read what people say under our photos, and how many they like. Plain Python, no Django."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from livingroom.networks.errors import Gone, SpecDrift
from livingroom.networks.flickr import photos
from livingroom.networks.flickr.client import FlickrClient
from livingroom.networks.interface import Event, Metrics, Page, Ref, ThreadPost

Body = dict[str, Any]
# One call for the page, and one for each of its photos.
PHOTOS_AT_ONCE = 50
# "Do not poll this method more than once an hour", says flickr.activity.userPhotos.
FAVES_APART_SECONDS = 3600


@dataclass(frozen=True)
class Place:
    """A walk goes over all photos that changed since `floor`; when it is through, its newest comment is the next floor."""

    floor: int = 0
    floor_ids: list[str] = field(default_factory=list)
    top: int = 0
    top_ids: list[str] = field(default_factory=list)
    page: int = 1
    asked_at: int = 0


class Reading:
    def __init__(self, client: FlickrClient, account_id: str) -> None:
        self._client = client
        self._account_id = account_id

    def comments(self, cursor: str) -> Page:
        place, restarted = _read_place(cursor)
        listed = self._changed(place.floor, place.page)
        found = [
            (comment, photo_id)
            for photo_id in _ids(listed)
            for comment in self._comments(photo_id)
            if _is_new(comment, place)
        ]
        place = _with_top(place, [comment for comment, _ in found])
        more = place.page < int(listed.get("pages") or 1)
        after = replace(place, page=place.page + 1) if more else Place(place.top, place.top_ids)
        events = [
            photos.event_of_comment(comment, photo_id, self._account_id)
            for comment, photo_id in found
            if comment.get("author") != self._account_id
        ]
        return _page(events, after, more, restarted)

    def faves(self, cursor: str, now: datetime) -> Page:
        """Likes of the last week, asked for at most once an hour; in between there is nothing new."""
        place, restarted = _read_place(cursor)
        if now.timestamp() - place.asked_at < FAVES_APART_SECONDS:
            return Page((), cursor)
        listed = (
            self._client.read("flickr.activity.userPhotos", timeframe="7d", per_page="50").get("items") or {}
        )
        events = [
            photos.event_of_fave(happened, str(item.get("id")), self._account_id)
            for item in listed.get("item") or []
            for happened in (item.get("activity") or {}).get("event") or []
            if happened.get("type") == "fave"
        ]
        new = [event for event in events if _is_new_fave(event, place)]
        top = max([int(event.at.timestamp()) for event in events], default=place.floor)
        names = [event.id for event in events if event.at.timestamp() == top] or place.floor_ids
        return _page(new, Place(top, names, asked_at=int(now.timestamp())), False, restarted)

    def thread(self, photo_id: str) -> list[ThreadPost]:
        photo = self._client.read("flickr.photos.getInfo", photo_id=photo_id).get("photo")
        if not isinstance(photo, dict):
            raise SpecDrift("Flickr's photo is no photo.")
        return photos.thread_posts(photo, self._comments(photo_id), self._account_id)

    def metrics(self, ref: Ref) -> Metrics:
        try:
            if photos.is_comment(ref):
                known = {comment["id"] for comment in self._comments(photos.photo_of(ref))}
                return Metrics(ref, gone=ref.id not in known)
            photo = self._client.read("flickr.photos.getInfo", photo_id=ref.id).get("photo") or {}
            faves = (
                self._client.read("flickr.photos.getFavorites", photo_id=ref.id, per_page="1").get("photo")
                or {}
            )
        except Gone:
            return Metrics(ref, gone=True)
        return Metrics(
            ref,
            likes=int(faves.get("total") or 0),
            replies=int(photos.content(photo.get("comments")) or 0),
            views=int(photo.get("views") or 0),
        )

    # What we wrote ourselves

    def photo_tagged(self, tag: str, since: datetime) -> Body | None:
        """Our newest photos are there at once; a search by tag would lag behind."""
        listed = self._client.read(
            "flickr.people.getPhotos",
            user_id=self._account_id,
            min_upload_date=str(int(since.timestamp())),
            extras="machine_tags,date_upload",
            per_page="500",
        )
        found = (listed.get("photos") or {}).get("photo") or []
        return next((photo for photo in found if tag in str(photo.get("machine_tags", "")).split()), None)

    def comment_like(self, text: str, since: datetime) -> Body | None:
        page, n_pages = 1, 1
        while page <= n_pages:
            listed = self._changed(int(since.timestamp()), page)
            n_pages, page = int(listed.get("pages") or 1), page + 1
            for photo_id in _ids(listed):
                for comment in self._comments(photo_id):
                    is_ours = comment.get("author") == self._account_id
                    if (
                        is_ours
                        and photos.moment(comment.get("datecreate")) >= since
                        and photos.words_of(comment) == text
                    ):
                        return comment
        return None

    def _changed(self, since: int, page: int) -> Body:
        """Photos that somebody commented on, or we changed, since then."""
        listed = self._client.read(
            "flickr.photos.recentlyUpdated",
            min_date=str(max(since, 1)),
            per_page=str(PHOTOS_AT_ONCE),
            page=str(page),
        ).get("photos")
        if not isinstance(listed, dict):
            raise SpecDrift("Flickr's photos are no list.")
        return listed

    def _comments(self, photo_id: str) -> list[Body]:
        try:
            body = self._client.read("flickr.photos.comments.getList", photo_id=photo_id)
        except Gone:
            return []
        return (body.get("comments") or {}).get("comment") or []


def _is_new(comment: Body, place: Place) -> bool:
    at = photos.seconds(comment.get("datecreate"))
    return at > place.floor or (at == place.floor and comment["id"] not in place.floor_ids)


def _is_new_fave(event: Event, place: Place) -> bool:
    at = event.at.timestamp()
    return at > place.floor or (at == place.floor and event.id not in place.floor_ids)


def _with_top(place: Place, found: list[Body]) -> Place:
    top = max([photos.seconds(each.get("datecreate")) for each in found], default=0)
    top = max(top, place.top, place.floor)
    names = {str(each["id"]) for each in found if photos.seconds(each.get("datecreate")) == top}
    names |= set(place.top_ids) if place.top == top else set()
    names |= set(place.floor_ids) if place.floor == top else set()
    return replace(place, top=top, top_ids=sorted(names))


def _page(events: list[Event], after: Place, more: bool, restarted: bool) -> Page:
    return Page(tuple(sorted(events, key=lambda event: event.at)), json.dumps(asdict(after)), more, restarted)


def _ids(listed: Body) -> list[str]:
    return [str(photo["id"]) for photo in listed.get("photo") or []]


def _read_place(cursor: str) -> tuple[Place, bool]:
    if not cursor:
        return Place(), False
    try:
        return Place(**json.loads(cursor)), False
    except (ValueError, TypeError):
        return Place(), True
