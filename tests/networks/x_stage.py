"""X in process: its published specification judges every request and every answer; the state behind is small."""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from livingroom.networks.connecting import Redirect
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.graphemes import first_graphemes
from livingroom.networks.interface import Connected, Ref
from livingroom.networks.spending import ReadingBookInMemory
from livingroom.networks.transport import Transport
from livingroom.networks.x.network import XNetwork
from tests.networks.conformance import Fault
from tests.networks.spec_stage import Asked, SpecStage, answered
from tests.networks.specifications import openapi

US, ANA = "2244994945", "77"
USERS = [
    {"id": US, "username": "corner", "name": "The Corner"},
    {"id": ANA, "username": "ana", "name": "Ana"},
]
PROBLEM = "https://api.x.com/2/problems/"
FIRST_MILLISECOND = 1288834974657


@dataclass
class Post:
    id: str
    author: str
    said: str
    parent: str = ""
    media: list[str] = field(default_factory=list)
    liked_by: set[str] = field(default_factory=set)
    reposted_by: list[str] = field(default_factory=list)
    hidden: bool = False
    gone: bool = False


class XStage(SpecStage):
    network: XNetwork
    publishing = frozenset({"createPosts"})

    def __init__(self, *, secret: str = "shh-the-secret-of-the-app", budget: str = "") -> None:
        super().__init__(openapi("x-api-v2.openapi.json"))
        self.posts: list[Post] = []
        self.pictures: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.token_requests: list[Asked] = []
        self.app = {"client_id": "our-app", "client_secret": secret}
        self.budget = budget
        self.readings = ReadingBookInMemory()
        self.unspecified = {("POST", "/2/oauth2/token"): self.give_tokens}
        self.handlers = {
            "getUsersMe": self.me,
            "createPosts": self.create,
            "getPostsByIds": self.several,
            "getPostsById": self.one,
            "deletePosts": self.remove,
            "getUsersPosts": self.timeline,
            "getUsersMentions": self.mentions,
            "searchPostsRecent": self.search,
            "likePost": self.like,
            "getPostsLikingUsers": self.likers,
            "getPostsRepostedBy": self.reposters,
            "hidePostsReply": self.hide,
            "mediaUpload": self.take_picture,
            "createMediaMetadata": self.describe_picture,
        }
        self.connect()

    # The person's side

    def connect(self) -> None:
        transport = Transport(inner=self.wire, sleep=lambda seconds: None)
        form = {
            **self.app,
            "daily_budget": self.budget,
            "redirect_uri": "https://house.example.com/connections/back/",
        }
        begun = XNetwork.begin(form, transport)
        assert isinstance(begun, Redirect)
        self.asked_for = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
        connected = XNetwork.finish({"code": "the-code-that-came-back", **begun.kept}, begun.state, transport)
        assert isinstance(connected, Connected)
        self.connected = connected
        self.network = XNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )
        self.network.readings = self.readings
        names = ("access_token", "refresh_token", "client_secret")
        self.secrets = tuple(connected.credentials[name] for name in names if connected.credentials[name])

    def reconnect(self) -> None:
        self.connect()

    def count_posts(self, text: str) -> int:
        return sum(post.said == text and post.author == US and not post.gone for post in self.posts)

    def facet_texts(self, ref: Ref) -> list[str]:
        shown = self.shown(self.post(ref.id))
        found = [(e["start"], f"#{e['tag']}") for e in shown["entities"].get("hashtags", [])]
        found += [(e["start"], e["expanded_url"]) for e in shown["entities"].get("urls", [])]
        return [text for _, text in sorted(found)]

    def someone_replies(self, to: Ref, text: str) -> Ref:
        return Ref(self.write(ANA, f"@corner {text}", parent=to.id).id)

    def refusal(self, fault: Fault) -> httpx.Response:
        if fault is Fault.CURSOR_LOST:
            said = "'since_id' must be a tweet id created after 2026-11-15T00:00Z"
            return problem(
                400, "invalid-request", said, errors=[{"parameters": {"since_id": ["1"]}, "message": said}]
            )
        if fault is Fault.FORBIDDEN:
            return answered(
                {"title": "Forbidden", "status": 403, "detail": "Forbidden", "type": "about:blank"}, 403
            )
        return super().refusal(fault)

    def fits(self, fault: Fault, asked: Asked) -> bool:
        return fault is not Fault.CURSOR_LOST or bool(asked.one("since_id") or asked.one("pagination_token"))

    # The network's side

    def post(self, post_id: str) -> Post:
        return next(post for post in self.posts if post.id == post_id)

    def standing(self, post_id: str) -> Post | None:
        return next((post for post in self.posts if post.id == post_id and not post.gone), None)

    def write(self, author: str, text: str, parent: str = "") -> Post:
        millisecond = int(datetime.now(UTC).timestamp() * 1000) - FIRST_MILLISECOND
        post = Post(str((millisecond << 22) + len(self.posts)), author, text, parent)
        self.posts.append(post)
        return post

    def give_tokens(self, asked: Asked) -> httpx.Response:
        self.token_requests.append(asked)
        wanted = self.tokens.get("refresh_token", "")
        if asked.body["grant_type"] == "refresh_token" and asked.body["refresh_token"] != wanted:
            said = {
                "error": "invalid_request",
                "error_description": "Value passed for the token was invalid.",
            }
            return answered(said, 400)
        number = len(self.token_requests)
        self.tokens = {"access_token": f"access-token-{number}", "refresh_token": f"refresh-token-{number}"}
        return answered(
            {**self.tokens, "token_type": "bearer", "expires_in": 7200, "scope": self.asked_for["scope"]}
        )

    def me(self, asked: Asked) -> httpx.Response:
        counts = {
            "followers_count": 12,
            "following_count": 3,
            "post_count": len(self.posts),
            "listed_count": 0,
        }
        return answered({"data": {**USERS[0], "public_metrics": counts}})

    def create(self, asked: Asked) -> httpx.Response:
        text, parent = asked.body["text"], asked.body.get("reply", {}).get("in_reply_to_tweet_id", "")
        if weight(text) > 280:
            return problem(403, "", "Your Tweet text is too long.")
        if parent and not self.standing(parent):
            return problem(
                403, "", "You attempted to reply to a Tweet that is deleted or not visible to you."
            )
        if self.count_posts(text):
            return problem(403, "", "You are not allowed to create a Tweet with duplicate content.")
        post = self.write(US, text, parent)
        post.media = asked.body.get("media", {}).get("media_ids", [])
        return answered({"data": {"id": post.id, "text": self.shown(post)["text"]}}, 201)

    def several(self, asked: Asked) -> httpx.Response:
        ids = asked.one("ids").split(",")
        found = [post for post_id in ids if (post := self.standing(post_id))]
        missing = [not_found(post_id) for post_id in ids if not self.standing(post_id)]
        body: dict[str, Any] = {"data": [self.shown(post) for post in found]} if found else {}
        return answered({**body, "errors": missing} if missing else body)

    def one(self, asked: Asked) -> httpx.Response:
        post = self.standing(asked.path_values["id"])
        if not post:
            return answered({"errors": [not_found(asked.path_values["id"])]})
        return answered({"data": self.shown(post), "includes": {"users": USERS}})

    def remove(self, asked: Asked) -> httpx.Response:
        post = self.standing(asked.path_values["id"])
        if not post:
            return problem(404, "resource-not-found", "Could not find tweet.")
        post.gone = True
        return answered({"data": {"deleted": True}})

    def timeline(self, asked: Asked) -> httpx.Response:
        return self.page(asked, [post for post in self.posts if post.author == US])

    def mentions(self, asked: Asked) -> httpx.Response:
        mine = [p for p in self.posts if p.author != US and ("@corner" in p.said or self.answers_us(p))]
        return self.page(asked, mine)

    def search(self, asked: Asked) -> httpx.Response:
        kind, _, value = asked.one("query").partition(":")
        if kind == "conversation_id":
            return self.page(asked, [p for p in self.posts if self.root(p) == value and p.id != value])
        return self.page(asked, [p for p in self.posts if asked.one("query") in p.said])

    def page(self, asked: Asked, posts: list[Post]) -> httpx.Response:
        since, start = int(asked.one("since_id", "0")), asked.one("start_time")
        wanted = [p for p in posts if not p.gone and int(p.id) > since]
        if start:
            wanted = [p for p in wanted if self.shown(p)["created_at"] >= start]
        wanted.sort(key=lambda post: int(post.id), reverse=True)
        at, size = int(asked.one("pagination_token", "0")), int(asked.one("max_results"))
        found = wanted[at : at + size]
        meta: dict[str, Any] = {"result_count": len(found)}
        if at + size < len(wanted):
            meta["next_token"] = str(at + size)
        data = {"data": [self.shown(post) for post in found]} if found else {}
        return answered({**data, "includes": {"users": USERS}, "meta": meta})

    def like(self, asked: Asked) -> httpx.Response:
        self.post(asked.body["tweet_id"]).liked_by.add(asked.path_values["id"])
        return answered({"data": {"liked": True}})

    def likers(self, asked: Asked) -> httpx.Response:
        return self.people(sorted(self.post(asked.path_values["id"]).liked_by), asked)

    def reposters(self, asked: Asked) -> httpx.Response:
        return self.people(self.post(asked.path_values["id"]).reposted_by, asked)

    def people(self, ids: list[str], asked: Asked) -> httpx.Response:
        """The newest first."""
        found = ids[::-1][: int(asked.one("max_results"))]
        users = [{"id": number, "username": f"u{number}", "name": f"User {number}"} for number in found]
        return answered({"data": users, "meta": {"result_count": len(users)}})

    def hide(self, asked: Asked) -> httpx.Response:
        self.post(asked.path_values["tweet_id"]).hidden = asked.body["hidden"]
        return answered({"data": {"hidden": True}})

    def take_picture(self, asked: Asked) -> httpx.Response:
        media_id = str(900 + len(self.pictures))
        self.pictures[media_id] = {"content": asked.content}
        return answered({"data": {"id": media_id}})

    def describe_picture(self, asked: Asked) -> httpx.Response:
        self.pictures[asked.body["id"]]["alt"] = asked.body["metadata"]["alt_text"]["text"]
        return answered({"data": {"id": asked.body["id"]}})

    def answers_us(self, post: Post) -> bool:
        return bool(post.parent) and self.post(post.parent).author == US

    def root(self, post: Post) -> str:
        return self.root(self.post(post.parent)) if post.parent else post.id

    def shown(self, post: Post) -> dict[str, Any]:
        """The post as the API gives it: short addresses, entities by code points, & written out."""
        text, last = "", 0
        urls: list[dict[str, Any]] = []
        for match in re.finditer(r"https?://[^\s]*[^\s,.]", post.said):
            text += html.escape(post.said[last : match.start()], quote=False)
            short = f"https://t.co/{len(urls):010d}"
            urls.append(
                {"start": len(text), "end": len(text) + 23, "url": short, "expanded_url": match.group()}
            )
            text, last = text + short, match.end()
        text += html.escape(post.said[last:], quote=False)
        tags = [
            {"start": match.start(), "end": match.end(), "tag": match.group(1)}
            for match in re.finditer(r"(?<!\S)#(\w+)", text)
        ]
        at = datetime.fromtimestamp(((int(post.id) >> 22) + FIRST_MILLISECOND) / 1000, UTC)
        answer: dict[str, Any] = {
            "id": post.id,
            "text": text,
            "author_id": post.author,
            "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
            "conversation_id": self.root(post),
            "entities": {"urls": urls, "hashtags": tags},
            "public_metrics": {
                "repost_count": len(post.reposted_by),
                "reply_count": sum(p.parent == post.id and not p.gone for p in self.posts),
                "like_count": len(post.liked_by),
                "quote_count": 0,
                "bookmark_count": 0,
                "impression_count": 0,
            },
        }
        if post.parent:
            answer["referenced_posts"] = [{"type": "replied_to", "id": post.parent}]
            answer["in_reply_to_user_id"] = self.post(post.parent).author
        return answer


def problem(status: int, kind: str, detail: str, **more: Any) -> httpx.Response:
    body = {
        "type": PROBLEM + kind if kind else "about:blank",
        "title": "Problem",
        "detail": detail,
        "status": status,
    }
    return answered({**body, **more}, status)


def not_found(post_id: str) -> dict[str, Any]:
    return {
        "type": f"{PROBLEM}resource-not-found",
        "title": "Not Found Error",
        "detail": f"Could not find tweet with id: [{post_id}].",
        "resource_type": "tweet",
        "resource_id": post_id,
        "parameter": "ids",
        "value": post_id,
    }


def weight(text: str) -> int:
    """Counted by graphemes and not by our connector's own rules."""
    text, total = re.sub(r"https?://\S+", "x" * 23, text), 0
    while text:
        letter = first_graphemes(text, 1)
        total += 2 if ord(letter[0]) > 4351 and not 8192 <= ord(letter[0]) <= 8247 else 1
        text = text[len(letter) :]
    return total
