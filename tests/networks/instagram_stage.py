"""An Instagram account in process: Meta's description of its Graph API judges every request; the state behind is small."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from livingroom.networks.connecting import Redirect
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.graphemes import count_graphemes
from livingroom.networks.instagram.guide import SCOPES
from livingroom.networks.instagram.network import InstagramNetwork
from livingroom.networks.interface import Connected, Draft, Image, Limits, Ref, Rendered
from livingroom.networks.transport import Transport
from tests.networks.conformance import Fault
from tests.networks.meta_specification import names_in
from tests.networks.meta_stage import APP, MetaStage, missing, paged, refused, signed
from tests.networks.spec_stage import Asked, answered

PAGE, US = "1000", "2000"
PICTURE = Image(b"\xff\xd8", "image/jpeg", "A desk", "https://house.example.com/media/desk.jpg")


class WithPicture(InstagramNetwork):
    """Every post has a picture here: Instagram has no others, and the suite writes words alone."""

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return super().render(replace(draft, images=draft.images or (PICTURE,)), link, limits)


@dataclass
class Row:
    """A post, a comment or an answer to one."""

    id: str
    author: str
    text: str
    at: datetime
    media: str = ""
    parent: str = ""
    hidden: bool = False
    gone: bool = False


@dataclass
class Container:
    id: str
    form: Mapping[str, str]
    status: str = "FINISHED"


class InstagramStage(MetaStage):
    network: WithPicture
    publishing = frozenset({"IGUser POST media_publish"})
    scopes = frozenset(scope.name for scope in SCOPES)

    def __init__(self) -> None:
        super().__init__(self.kind_of)
        self.rows: dict[str, Row] = {}
        self.containers: dict[str, Container] = {}
        self.looks: list[str] = []
        self.rests: list[float] = []
        self.used = 3
        self.is_listing = True
        self.handlers = {
            "User GET permissions": self.permissions,
            "User GET accounts": self.accounts,
            "Page GET": self.page,
            "Page POST subscribed_apps": lambda asked: answered({"success": True}),
            "IGUser GET": self.account,
            "IGUser GET content_publishing_limit": self.limit,
            "IGUser POST media": self.make_container,
            "IGUser POST media_publish": self.publish_container,
            "Container GET": self.container,
            "IGUser GET media": self.media,
            "IGUser GET tags": self.tags,
            "IGMedia GET": self.show,
            "IGMedia DELETE": self.remove,
            "IGMedia GET comments": self.comments,
            "IGMedia POST comments": self.comment,
            "IGMedia GET insights": self.insights,
            "IGComment GET": self.show,
            "IGComment DELETE": self.remove,
            "IGComment POST": self.hide,
            "IGComment POST replies": self.comment,
            "batch": self.batch,
        }
        self.connect()

    def kind_of(self, name: str) -> str:
        known = {PAGE: "Page", US: "IGUser", "me": "User"}
        kinds = {"3": "IGMedia", "4": "IGComment", "7": "Container", "9": "IGMedia"}
        return known.get(name) or kinds.get(name[0], "")

    # The person's side

    def connect(self) -> None:
        transport = Transport(inner=self.wire, sleep=self.rests.append)
        begun = WithPicture.begin({**APP, "redirect_uri": "https://house.example.com/back/"}, transport)
        assert isinstance(begun, Redirect)
        connected = WithPicture.finish({"code": "the-code", **begun.kept}, begun.state, transport)
        assert isinstance(connected, Connected)
        self.network = WithPicture(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )
        self.secrets = tuple(connected.credentials[n] for n in ("app_secret", "user_token", "page_token"))

    def reconnect(self) -> None:
        self.connect()

    def count_posts(self, text: str) -> int:
        return sum(row.text == text and row.author == US and not row.gone for row in self.rows.values())

    def facet_texts(self, ref: Ref) -> list[str]:
        """Instagram stores no offsets: it finds tags in the words, as here; addresses it leaves as they are."""
        return re.findall(r"(?<!\S)#\w+|https?://\S*[^\s,.]", self.rows[ref.id].text)

    def someone_replies(self, to: Ref, text: str) -> Ref:
        row = self.write("77", text, to.id)
        return Ref(f"{row.media}_{row.id}")

    def deliveries(self, to: Ref, texts: Iterable[str]) -> list[tuple[Mapping[str, str], bytes]]:
        found: list[tuple[Mapping[str, str], bytes]] = []
        for number, text in enumerate(texts):
            row = self.write("77", text, to.id)
            value = {
                "id": row.id,
                "text": text,
                "from": {"id": "77", "username": "ana"},
                "media": {"id": row.media, "media_product_type": "FEED"},
            }
            at = int((row.at + timedelta(seconds=number)).timestamp())
            entry = {"id": US, "time": at, "changes": [{"field": "comments", "value": value}]}
            found.append(signed({"object": "instagram", "entry": [entry]}))
        return found

    def fits(self, fault: Fault, asked: Asked) -> bool:
        return fault is not Fault.CURSOR_LOST or bool(asked.one("after"))

    # The network's side

    def standing(self, name: str) -> Row | None:
        row = self.rows.get(name)
        return None if row is None or row.gone else row

    def write(self, author: str, text: str, to: str = "") -> Row:
        """A post, or what hangs under `to`, which is a post's or a comment's number."""
        above = self.rows[to.rpartition("_")[2]] if to else None
        media = (above.media or above.id) if above else ""
        number = f"{'4' if above else '3'}{len(self.rows):04d}"
        row = Row(number, author, text, datetime.now(UTC), media, above.id if above and above.media else "")
        self.rows[number] = row
        return row

    def accounts(self, asked: Asked) -> httpx.Response:
        ours = {"id": US, "username": "corner", "name": "The Corner", "followers_count": 12, "media_count": 1}
        with_account = {"id": PAGE, "access_token": self.page_token, "instagram_business_account": ours}
        return answered({"data": [with_account, {"id": "1001", "access_token": "without-account"}]})

    def page(self, asked: Asked) -> httpx.Response:
        self.page_token = f"page-token-{len(self.token_questions) + 1}"
        return answered({"id": PAGE, "access_token": self.page_token})

    def account(self, asked: Asked) -> httpx.Response:
        if not self.proves_itself(asked):
            return refused(100, "Invalid appsecret_proof provided in the API argument", 400)
        wanted = names_in(asked.one("fields"))
        if "mentioned_comment" in wanted:
            number = re.findall(r"comment_id\((\d+)\)", asked.one("fields"))[0]
            return answered(
                {"id": US, "mentioned_comment": self.shown(self.rows[number], wanted["mentioned_comment"])}
            )
        total = sum(not row.media and not row.gone for row in self.rows.values())
        ours = {
            "id": US,
            "username": "corner",
            "name": "The Corner",
            "followers_count": 12,
            "media_count": total,
        }
        return answered(ours)

    def limit(self, asked: Asked) -> httpx.Response:
        return answered(
            {"data": [{"quota_usage": self.used, "config": {"quota_total": 100, "quota_duration": 86400}}]}
        )

    def make_container(self, asked: Asked) -> httpx.Response:
        if count_graphemes(asked.body.get("caption", "")) > 2200:
            return refused(100, "The caption was too long", 400, subcode=2207010)
        number = f"7{len(self.containers):04d}"
        self.containers[number] = Container(number, asked.body)
        return answered({"id": number})

    def container(self, asked: Asked) -> httpx.Response:
        container = self.containers.get(asked.path_values["id"])
        if container is None:
            return missing(asked.path_values["id"])
        looked = self.looks.pop(0) if self.looks else container.status
        return answered({"id": container.id, "status_code": looked})

    def publish_container(self, asked: Asked) -> httpx.Response:
        container = self.containers[asked.body["creation_id"]]
        if container.status != "FINISHED":
            return refused(9007, "Media ID is not available", 400, subcode=2207027)
        container.status = "PUBLISHED"
        return answered({"id": self.write(US, container.form.get("caption", "")).id})

    def media(self, asked: Asked) -> httpx.Response:
        mine = [
            r for r in self.rows.values() if r.author == US and not r.media and not r.gone and self.is_listing
        ]
        rows = [self.shown(row, asked.one("fields")) for row in reversed(mine)]
        return answered(paged(rows, asked.one("after"), int(asked.one("limit"))))

    def tags(self, asked: Asked) -> httpx.Response:
        rows = [
            self.shown(r, asked.one("fields")) for r in self.rows.values() if r.author != US and not r.media
        ]
        return answered(paged(rows, asked.one("after"), int(asked.one("limit"))))

    def show(self, asked: Asked) -> httpx.Response:
        row = self.standing(asked.path_values["id"])
        return answered(self.shown(row, asked.one("fields"))) if row else missing(asked.path_values["id"])

    def remove(self, asked: Asked) -> httpx.Response:
        row = self.standing(asked.path_values["id"])
        if not row:
            return missing(asked.path_values["id"])
        row.gone = True
        return answered({"success": True})

    def hide(self, asked: Asked) -> httpx.Response:
        self.rows[asked.path_values["id"]].hidden = asked.body["hide"] == "true"
        return answered({"success": True})

    def comments(self, asked: Asked) -> httpx.Response:
        rows = [self.shown(row, asked.one("fields")) for row in self.under(asked.path_values["id"])]
        return answered(paged(rows, asked.one("after"), int(asked.one("limit"))))

    def under(self, name: str) -> list[Row]:
        """The comments of a post, newest first, or the answers to a comment, oldest first."""
        rows = [row for row in self.rows.values() if not row.gone]
        replies = [row for row in rows if row.parent == name]
        return replies or [row for row in reversed(rows) if row.media == name and not row.parent]

    def comment(self, asked: Asked) -> httpx.Response:
        above = self.standing(asked.path_values["id"])
        if not above:
            return missing(asked.path_values["id"])
        if above.parent:
            return refused(100, "Replies to replies are not supported", 400)
        return answered({"id": self.write(US, asked.body["message"], above.id).id})

    def insights(self, asked: Asked) -> httpx.Response:
        if not self.standing(asked.path_values["id"]):
            return missing(asked.path_values["id"])
        return answered({"data": [{"name": "views", "period": "lifetime", "values": [{"value": 55}]}]})

    def shown(self, row: Row, fields: str) -> dict[str, Any]:
        """The fields that were asked for, and only those."""
        wanted = names_in(fields)
        every: dict[str, Any] = {
            "id": row.id,
            "timestamp": row.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "username": "corner" if row.author == US else "ana",
            "like_count": 0,
        }
        below = self.under(row.id)
        if row.media:
            every |= {"text": row.text, "from": {"id": row.author, "username": every["username"]}}
            if row.parent:
                every["parent_id"] = row.parent
            every["replies"] = {"data": [self.shown(each, wanted.get("replies") or "id") for each in below]}
        else:
            every |= {"caption": row.text, "permalink": f"https://www.instagram.com/p/{row.id}/"}
            every["comments_count"] = sum(
                each.media == row.id and not each.gone for each in self.rows.values()
            )
            every["comments"] = paged(
                [self.shown(each, wanted.get("comments") or "id") for each in below], "", 50
            )
        return {name: every[name] for name in ("id", *wanted) if name in every}
