"""A Facebook page in process: Meta's description of its Graph API judges every request; the state behind is small."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from livingroom.networks.connecting import Redirect
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.facebook.guide import SCOPES
from livingroom.networks.facebook.network import FacebookNetwork
from livingroom.networks.graphemes import count_graphemes
from livingroom.networks.interface import Connected, Ref
from livingroom.networks.transport import Transport
from tests.networks.conformance import Fault
from tests.networks.meta_specification import names_in
from tests.networks.meta_stage import APP, MetaStage, missing, paged, refused, signed
from tests.networks.spec_stage import Asked, answered

PAGE = "1000"


@dataclass
class Row:
    """A post or a comment."""

    id: str
    author: str
    message: str
    at: datetime
    post: str = ""
    parent: str = ""
    link: str = ""
    pictures: list[str] = field(default_factory=list)
    liked_by: set[str] = field(default_factory=set)
    hidden: bool = False
    gone: bool = False


class FacebookStage(MetaStage):
    network: FacebookNetwork
    publishing = frozenset({"Page POST feed"})
    scopes = frozenset(scope.name for scope in SCOPES)

    def __init__(self) -> None:
        super().__init__(self.kind_of)
        self.rows: dict[str, Row] = {}
        self.photos: dict[str, dict[str, Any]] = {}
        self.subscribed = ""
        self.pages = [{"id": PAGE, "name": "The Corner", "username": "corner", "followers_count": 12}]
        self.handlers = {
            "User GET permissions": self.permissions,
            "User GET accounts": self.accounts,
            "Page GET": self.page,
            "Page POST feed": self.create,
            "Page POST photos": self.take_photo,
            "Page POST subscribed_apps": self.subscribe,
            "Page GET published_posts": self.published,
            "Page GET tagged": self.tagged,
            "Page GET insights": self.page_insights,
            "PagePost GET": self.show,
            "PagePost POST": self.change,
            "PagePost DELETE": self.remove,
            "PagePost GET comments": self.comments,
            "PagePost POST comments": self.comment,
            "PagePost POST likes": self.like,
            "PagePost GET insights": self.post_insights,
            "Comment GET": self.show,
            "Comment POST": self.change,
            "Comment DELETE": self.remove,
            "Comment GET comments": self.comments,
            "Comment POST comments": self.comment,
            "Comment POST likes": self.like,
            "batch": self.batch,
        }
        self.connect()

    def kind_of(self, name: str) -> str:
        if name in (PAGE, "1001"):
            return "Page"
        if name == "me":
            return "User"
        return "PagePost" if name.startswith(f"{PAGE}_") else "Comment"

    # The person's side

    def connect(self) -> None:
        transport = Transport(inner=self.wire, sleep=lambda seconds: None)
        begun = FacebookNetwork.begin({**APP, "redirect_uri": "https://house.example.com/back/"}, transport)
        assert isinstance(begun, Redirect)
        self.asked_for = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
        connected = FacebookNetwork.finish({"code": "the-code", **begun.kept}, begun.state, transport)
        assert isinstance(connected, Connected)
        self.connected = connected
        self.network = FacebookNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )
        self.secrets = tuple(connected.credentials[n] for n in ("app_secret", "user_token", "page_token"))

    def reconnect(self) -> None:
        self.connect()

    def count_posts(self, text: str) -> int:
        return sum(row.message == text and row.author == PAGE and not row.gone for row in self.rows.values())

    def facet_texts(self, ref: Ref) -> list[str]:
        """Facebook stores no offsets: it finds links and tags in the words, as here."""
        return re.findall(r"(?<!\S)#\w+|https?://\S*[^\s,.]", self.rows[ref.id].message)

    def someone_replies(self, to: Ref, text: str) -> Ref:
        return Ref(self.answer(to.id, "77", text).id)

    def deliveries(self, to: Ref, texts: Iterable[str]) -> list[tuple[Mapping[str, str], bytes]]:
        found: list[tuple[Mapping[str, str], bytes]] = []
        for number, text in enumerate(texts):
            row = self.answer(to.id, "77", text, at=datetime.now(UTC) + timedelta(seconds=number))
            value = {
                "item": "comment",
                "verb": "add",
                "comment_id": row.id,
                "post_id": row.post,
                "parent_id": row.parent or row.post,
                "from": {"id": "77", "name": "Ana"},
                "message": text,
                "created_time": int(row.at.timestamp()),
            }
            entry = {"id": PAGE, "time": 1, "changes": [{"field": "feed", "value": value}]}
            found.append(signed({"object": "page", "entry": [entry]}))
        return found

    def fits(self, fault: Fault, asked: Asked) -> bool:
        return fault is not Fault.CURSOR_LOST or bool(asked.one("after"))

    # The network's side

    def standing(self, name: str) -> Row | None:
        row = self.rows.get(name)
        return None if row is None or row.gone else row

    def answer(self, to: str, author: str, text: str, at: datetime | None = None) -> Row:
        above = self.rows[to]
        post = above.post or above.id
        row = Row(
            f"{post.split('_')[1]}_{len(self.rows) + 1}",
            author,
            text,
            at or datetime.now(UTC),
            post=post,
            parent=above.id if above.post else "",
        )
        self.rows[row.id] = row
        return row

    def accounts(self, asked: Asked) -> httpx.Response:
        return answered({"data": [{**page, "access_token": self.page_token} for page in self.pages]})

    def page(self, asked: Asked) -> httpx.Response:
        if self.is_dead(asked):
            return refused(190, "Error validating access token", 401)
        if not self.proves_itself(asked):
            return refused(100, "Invalid appsecret_proof provided in the API argument", 400)
        if asked.one("fields") == "access_token":
            self.page_token = f"page-token-{len(self.token_questions) + 1}"
            return answered({"access_token": self.page_token, "id": PAGE})
        total = sum(not row.post and not row.gone for row in self.rows.values())
        edge = {"data": [], "summary": {"total_count": total}}
        return answered({**self.pages[0], "link": "https://www.facebook.com/corner", "published_posts": edge})

    def create(self, asked: Asked) -> httpx.Response:
        message, link = asked.body.get("message", ""), asked.body.get("link", "")
        if count_graphemes(message) > 63_206:
            return refused(100, "The message is too long", 400)
        last = [row for row in self.rows.values() if row.author == PAGE and not row.post and not row.gone][
            -1:
        ]
        if last and last[0].message == message:
            return refused(506, "Duplicate status message", 400)
        name = f"{PAGE}_{len(self.rows) + 1}"
        pictures = [each["media_fbid"] for each in json.loads(asked.body.get("attached_media", "[]"))]
        self.rows[name] = Row(name, PAGE, message, datetime.now(UTC), link=link, pictures=pictures)
        return answered({"id": name})

    def take_photo(self, asked: Asked) -> httpx.Response:
        name = f"5{len(self.photos):03d}"
        self.photos[name] = {"content": asked.content}
        return answered({"id": name})

    def subscribe(self, asked: Asked) -> httpx.Response:
        self.subscribed = asked.body["subscribed_fields"]
        return answered({"success": True})

    def published(self, asked: Asked) -> httpx.Response:
        mine = [r for r in self.rows.values() if r.author == PAGE and not r.post and not r.gone]
        rows = [self.shown(row, asked.one("fields")) for row in reversed(mine)]
        return answered(paged(rows, asked.one("after"), int(asked.one("limit"))))

    def tagged(self, asked: Asked) -> httpx.Response:
        rows = [
            self.shown(r, asked.one("fields")) for r in self.rows.values() if r.author != PAGE and not r.post
        ]
        return answered(paged(rows, asked.one("after"), int(asked.one("limit"))))

    def show(self, asked: Asked) -> httpx.Response:
        row = self.standing(asked.path_values["id"])
        return answered(self.shown(row, asked.one("fields"))) if row else missing(asked.path_values["id"])

    def change(self, asked: Asked) -> httpx.Response:
        row = self.standing(asked.path_values["id"])
        if not row:
            return missing(asked.path_values["id"])
        row.message = asked.body.get("message", row.message)
        row.hidden = asked.body.get("is_hidden") == "true"
        return answered({"success": True})

    def remove(self, asked: Asked) -> httpx.Response:
        row = self.standing(asked.path_values["id"])
        if not row:
            return missing(asked.path_values["id"])
        row.gone = True
        return answered({"success": True})

    def comments(self, asked: Asked) -> httpx.Response:
        rows = self.under(asked.path_values["id"], newest_first=asked.one("order") == "reverse_chronological")
        rows = [row for row in rows if row.at.timestamp() >= int(asked.one("since", "0"))]
        shown = [self.shown(row, asked.one("fields")) for row in rows]
        return answered(paged(shown, asked.one("after"), int(asked.one("limit"))))

    def under(self, name: str, *, newest_first: bool) -> list[Row]:
        found = [r for r in self.rows.values() if name in (r.post, r.parent) and not r.gone]
        return sorted(found, key=lambda row: row.at, reverse=newest_first)

    def comment(self, asked: Asked) -> httpx.Response:
        if not self.standing(asked.path_values["id"]):
            return missing(asked.path_values["id"])
        return answered({"id": self.answer(asked.path_values["id"], PAGE, asked.body["message"]).id})

    def like(self, asked: Asked) -> httpx.Response:
        self.rows[asked.path_values["id"]].liked_by.add(PAGE)
        return answered({"success": True})

    def page_insights(self, asked: Asked) -> httpx.Response:
        values = [{"value": 40 + day, "end_time": f"2026-11-2{day}T08:00:00+0000"} for day in range(2)]
        names = asked.one("metric").split(",")
        return answered({"data": [{"name": name, "period": "day", "values": values} for name in names]})

    def post_insights(self, asked: Asked) -> httpx.Response:
        if not self.standing(asked.path_values["id"]):
            return missing(asked.path_values["id"])
        figure = {"name": asked.one("metric"), "period": "lifetime", "values": [{"value": 321}]}
        return answered({"data": [figure]})

    def shown(self, row: Row, fields: str) -> dict[str, Any]:
        """The fields that were asked for, and only those."""
        comments = self.under(row.id, newest_first=True)
        every: dict[str, Any] = {
            "id": row.id,
            "message": row.message,
            "created_time": row.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "from": {"id": row.author, "name": "Ana" if row.author != PAGE else "The Corner"},
            "permalink_url": f"https://www.facebook.com/{row.id}",
            "like_count": len(row.liked_by),
            "comment_count": len(comments),
            "reactions": {"data": [], "summary": {"total_count": len(row.liked_by)}},
            "shares": {"count": 0},
        }
        if row.parent:
            every["parent"] = {"id": row.parent}
        if row.link:
            every["attachments"] = {
                "data": [{"url": f"https://l.facebook.com/l.php?u={row.link}", "unshimmed_url": row.link}]
            }
        wanted = names_in(fields)
        if "comments" in wanted:
            since = re.search(r"comments[^{]*\.since\((\d+)\)", fields)
            recent = [c for c in comments if c.at.timestamp() >= int(since.group(1) if since else 0)]
            edge = paged([self.shown(c, wanted["comments"] or "id") for c in recent], "", 100)
            every["comments"] = {**edge, "summary": {"total_count": len(comments)}}
        return {name: every[name] for name in ("id", *wanted) if name in every}
