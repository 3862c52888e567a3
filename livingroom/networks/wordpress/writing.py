"""Write posts and comments, with the placement's key where WordPress lets us look it up again.

A post carries it in its slug (ten-off-desks-k7mq4r2xab3de), a comment in its user agent, which only moderators see.
"""

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from livingroom.networks.errors import Forbidden, Gone, Invalid, OutcomeUnknown, SpecDrift
from livingroom.networks.interface import Facet, Image, Published, Ref, Rendered
from livingroom.networks.keys import short_key
from livingroom.networks.markup import link_facets_only, to_html
from livingroom.networks.wordpress.client import Duplicate, WordPressClient
from livingroom.networks.wordpress.reading import COMMENTS, POSTS, comment_ref, moment, post_ref, split_ref
from livingroom.networks.wordpress.render import content_of, figure, title_html

Row = dict[str, Any]
SLUG_WORDS = 60
# Trash and drafts are no posts that stand; one that waits for its hour does.
STANDING = "publish,future,private"
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
}
CLOCK_SLACK = timedelta(minutes=10)


def slug_of(title: str, key: str) -> str:
    """Words of the title for people, the key for us."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_WORDS].strip("-")
    return f"{words}-{short_key(key)}".lstrip("-")


def agent_of(key: str) -> str:
    return f"Livingroom ({short_key(key)})"


def write_post(client: WordPressClient, rendered: Rendered, key: str) -> Published:
    fields = {**_post_fields(client, rendered), "slug": slug_of(rendered.title, key), "status": "publish"}
    return _published(client.write("POST", POSTS, fields), key)


def edit_post(client: WordPressClient, ref: Ref, rendered: Rendered) -> Published:
    """The address stays as it is: links to it must live on."""
    kind, number = split_ref(ref)
    if kind == "comment":
        body = {"content": comment_content(rendered)}
        return _published(client.write("POST", f"{COMMENTS}/{number}", body), "")
    return _published(client.write("POST", f"{POSTS}/{number}", _post_fields(client, rendered)), "")


def write_comment(client: WordPressClient, to: Ref, rendered: Rendered, key: str) -> Published:
    kind, number = split_ref(to)
    where: Row = {"post": int(number)}
    if kind == "comment":
        above = client.one(f"{COMMENTS}/{number}", {"context": "edit"})
        if above.get("status") == "trash":
            raise Gone("This comment is in WordPress's trash.")
        where = {"post": int(above["post"]), "parent": int(number)}
    body = {**where, "content": comment_content(rendered), "author_user_agent": agent_of(key)}
    try:
        return _published(client.write("POST", COMMENTS, body), key)
    except Duplicate:
        # WordPress refuses the same words of the same person: perhaps ours of a moment ago.
        found = find_comment(client, key, None)
        if found is None:
            raise
        return found


def comment_content(rendered: Rendered) -> str:
    return "\n\n".join(to_html(rendered.text, rendered.facets, link_facets_only)).replace("<br>", "\n")


def find_written(client: WordPressClient, rendered: Rendered, key: str, since: datetime) -> Published | None:
    """Look for the key: under the very slug, then in the slugs of all that was written since (a title may have changed)."""
    tail = short_key(key)
    exact = client.rows(POSTS, {"slug": slug_of(rendered.title, key), "status": STANDING, "context": "edit"})
    if exact:
        return _published(exact[0], key)
    after = (since - CLOCK_SLACK).isoformat()
    recent = {
        "after": after,
        "status": STANDING,
        "context": "edit",
        "_fields": "id,slug,link,date_gmt,modified_gmt",
    }
    for row in client.all_rows(POSTS, recent):
        if re.search(rf"(^|-){tail}(-\d+)?$", str(row.get("slug", ""))):
            return _published(row, key)
    return find_comment(client, key, since)


def find_comment(client: WordPressClient, key: str, since: datetime | None) -> Published | None:
    wanted: Row = {"context": "edit", "status": "all", "author": client.own_id()}
    if since:
        wanted["after"] = (since - CLOCK_SLACK).isoformat()
    for row in client.all_rows(COMMENTS, wanted, most_pages=3):
        if row.get("author_user_agent") == agent_of(key) and row.get("status") in ("approved", "hold"):
            return _published(row, key)
    return None


def _post_fields(client: WordPressClient, rendered: Rendered) -> Row:
    tags = _tags(client, rendered)
    images = [*rendered.images]
    if not images and rendered.card and rendered.card.image:
        images = [rendered.card.image]
    stored = [(_stored(client, image), image) for image in images]

    def address_of(facet: Facet) -> str:
        return (
            tags[facet.value][1] if facet.kind == "tag" and facet.value in tags else link_facets_only(facet)
        )

    # The first picture stands above the post; the others follow its words.
    figures = [figure(str(row.get("source_url", "")), image.alt) for row, image in stored[1:]]
    fields: Row = {
        "title": title_html(rendered.title),
        "content": content_of(rendered, address_of, figures),
        "tags": [number for number, _ in tags.values()],
    }
    if rendered.card and rendered.card.description:
        fields["excerpt"] = rendered.card.description
    if stored:
        fields["featured_media"] = int(stored[0][0]["id"])
    return fields


def _tags(client: WordPressClient, rendered: Rendered) -> dict[str, tuple[int, str]]:
    """The blog's own tags for the hashtags of a text: their numbers and addresses. Missing ones are made."""
    found: dict[str, tuple[int, str]] = {}
    for name in dict.fromkeys(facet.value for facet in rendered.facets if facet.kind == "tag"):
        row = _tag_called(client, name)
        if row is None:
            try:
                row = client.write("POST", "/wp/v2/tags", {"name": name})
            except OutcomeUnknown:
                row = _tag_called(client, name)
            except (Forbidden, Invalid):
                row = None  # who may not make tags writes the word as it is
        if row:
            found[name] = (int(row["id"]), str(row.get("link") or ""))
    return found


def _tag_called(client: WordPressClient, name: str) -> Row | None:
    rows = client.rows("/wp/v2/tags", {"search": name, "per_page": 100})
    return next((row for row in rows if str(row.get("name", "")).casefold() == name.casefold()), None)


def _stored(client: WordPressClient, image: Image) -> Row:
    """The picture in the library, under a name made from it and its words: once there, it is used again."""
    name = f"livingroom-{hashlib.sha256(image.content + image.alt.encode()).hexdigest()[:20]}"
    known = client.rows("/wp/v2/media", {"slug": name, "_fields": "id,source_url"})
    if known:
        return known[0]
    if image.media_type not in ENDINGS:
        raise Invalid(f"WordPress takes no pictures of the type {image.media_type}.", "images")
    return client.upload(f"{name}.{ENDINGS[image.media_type]}", image.content, image.media_type, image.alt)


def _published(row: Row, key: str) -> Published:
    """An answer to a write that we cannot read does not say that nothing was written."""
    try:
        ref = post_ref(row) if "slug" in row else comment_ref(row)
        return Published(ref, moment(row["date_gmt"]), key)
    except (SpecDrift, KeyError) as error:
        raise OutcomeUnknown(f"WordPress's answer names nothing: {error}") from None
