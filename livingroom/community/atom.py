"""Feeds for readers: Atom, with the same entry under the same id for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

MOST = 50


@dataclass(frozen=True)
class Entry:
    title: str
    url: str
    text: str
    at: datetime
    author: str = ""
    changed_at: datetime | None = None


def feed(
    *, title: str, subtitle: str, path: str, page_path: str, language: str, entries: Iterable[Entry]
) -> HttpResponse:
    """Answer with the newest entries as Atom."""
    made = Atom1Feed(
        title=title,
        link=settings.PUBLIC_URL + page_path,
        description=subtitle,
        language=language,
        feed_url=settings.PUBLIC_URL + path,
        feed_guid=settings.PUBLIC_URL + page_path,
    )
    for entry in list(entries)[:MOST]:
        made.add_item(
            title=entry.title,
            link=entry.url,
            description=entry.text,
            unique_id=entry.url,
            pubdate=entry.at,
            updateddate=entry.changed_at or entry.at,
            author_name=entry.author or None,
        )
    response = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response
