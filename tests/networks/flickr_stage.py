import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.flickr.network import FlickrNetwork
from livingroom.networks.flickr.oauth1 import Keys, signature
from livingroom.networks.interface import Connected, Draft, Image, Limits, Ref, Rendered
from livingroom.networks.transport import Transport
from tests.networks.conformance import (
    Fault,
)
from tests.networks.spec_stage import AgainstSpecification, Asked, SpecStage, answered
from tests.networks.specifications import Operation, shared_file

US, SOMEBODY = "12037949754@N01", "66956608@N06"
APP = {"api_key": "a" * 32, "api_secret": "very-secret-16ch"}
TOKEN, TOKEN_SECRET = "72157626318069415-087bfc7b5816092c", "token-secret-of-16"
PICTURE = Image(b"\x89PNG\r\n\x1a\n not looked at here", "image/png", "A desk")
COMMON = {"method", "format", "nojsoncallback"}


@cache
def methods() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared_file("flickr.methods.json").read_text())
    return found


class FlickrMethods:
    """Flickr's own list: one address, and the method in a parameter. What it forgets stands beside it."""

    # https://www.flickr.com/services/api/upload.api.html and the paging that most lists share.
    UPLOAD = frozenset({"title", "description", "tags", "is_public", "async"})

    def find(self, method: str, path: str) -> Operation | None:
        if path == "/services/upload/":
            return Operation("upload", media_types=("multipart/form-data",))
        if path != "/services/rest/":
            return None
        names = {name for told in methods().values() for name in told.get("params", {})}
        form = ("application/x-www-form-urlencoded",)
        return Operation(
            "rest", media_types=form, body=lambda body: [], loose_names=frozenset(names | COMMON)
        )


def judged(params: dict[str, str], http_method: str) -> None:
    """Fail the test for a call that Flickr's list does not allow."""
    told = methods().get(params["method"])
    if told is None:
        raise AgainstSpecification(f"There is no method {params['method']}.")
    known = told["params"]
    wrong = [f"{name} is not known" for name in params if name not in known and name not in COMMON]
    wrong += [
        f"{name} is missing" for name, about in known.items() if about["required"] and name not in params
    ]
    if told["perms"] in ("write", "delete") and http_method != "POST":
        wrong.append("a write must be a POST")
    if wrong:
        raise AgainstSpecification(f"{params['method']}: " + "; ".join(wrong))


class WithPicture(FlickrNetwork):
    """Flickr shows pictures only; the suite's drafts have none, so each gets one here."""

    sleep = staticmethod(lambda seconds: None)

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        images = draft.images or (PICTURE,)
        return super().render(
            Draft(draft.text, draft.language, None, False, draft.title, images), link, limits
        )


class FlickrStage(SpecStage):
    stream = "comments"
    publishing = frozenset({"upload"})
    check_answers = False  # Flickr describes what it is asked, not what it answers

    def __init__(self) -> None:
        super().__init__(FlickrMethods())
        self.photos: dict[str, dict[str, Any]] = {}
        self.comments: list[dict[str, Any]] = []
        self.faves: list[dict[str, Any]] = []
        self.tickets: dict[str, str] = {}
        self.is_slow = False
        self.refusal_of_app = ""
        self.called: list[str] = []
        self.handlers = {"rest": self.rest, "upload": self.upload}
        self.unspecified = {
            ("POST", "/services/oauth/request_token"): self.request_token,
            ("POST", "/services/oauth/access_token"): self.access_token,
        }
        self.transport = Transport(inner=self.wire, sleep=lambda seconds: None)
        self.reconnect()

    def connect(self) -> Connected:
        form = {**APP, "terms": "yes", "redirect_uri": "https://house.example/back/"}
        begun = FlickrNetwork.begin(form, self.transport)
        assert parse_qs(urlsplit(begun.url).query)["perms"] == ["delete"]
        came_back = {"oauth_token": "request-token-1", "oauth_verifier": "5d1b96a26b494074"}
        return WithPicture.finish({**begun.kept, **came_back}, begun.state, self.transport)

    def reconnect(self) -> None:
        connected = self.connect()
        self.secrets = (APP["api_secret"], TOKEN, TOKEN_SECRET)
        self.network = WithPicture(
            transport=self.transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )

    def refusal(self, fault: Fault) -> httpx.Response:
        if fault is Fault.UNAUTHORIZED:
            return answered({"stat": "fail", "code": 98, "message": "Invalid auth token"})
        if fault is Fault.FORBIDDEN:
            return failed_upload(
                99, "Insufficient permissions. Method requires write privileges; read granted."
            )
        return super().refusal(fault)

    def count_posts(self, text: str) -> int:
        return sum(photo["description"] == escape(text, quote=False) for photo in self.photos.values())

    def someone_replies(self, to: Ref, text: str) -> Ref:
        return Ref(self._comment(to.id, text, SOMEBODY)["id"])

    # Flickr

    def request_token(self, asked: Asked) -> httpx.Response:
        signed_right(asked, Keys(APP["api_key"], APP["api_secret"]))
        if self.refusal_of_app:
            return httpx.Response(401, text=f"oauth_problem={self.refusal_of_app}")
        said = {
            "oauth_callback_confirmed": "true",
            "oauth_token": "request-token-1",
            "oauth_token_secret": "rs-secret",
        }
        return httpx.Response(200, text=urlencode(said))

    def access_token(self, asked: Asked) -> httpx.Response:
        signed_right(asked, Keys(APP["api_key"], APP["api_secret"], "request-token-1", "rs-secret"))
        said = {"fullname": "The Corner", "oauth_token": TOKEN, "oauth_token_secret": TOKEN_SECRET}
        return httpx.Response(200, text=urlencode({**said, "user_nsid": US, "username": "corner"}))

    def upload(self, asked: Asked) -> httpx.Response:
        fields = multipart(asked)
        signed_right(asked, self._keys(), {name: value for name, value in fields.items() if name != "photo"})
        unknown = set(fields) - FlickrMethods.UPLOAD - {"photo"}
        assert not unknown, unknown
        assert fields["async"] == "1"
        ticket = f"{len(self.tickets)}-1"
        self.tickets[ticket] = str(72157600000000000 + len(self.tickets))
        self.photos[self.tickets[ticket]] = {
            **fields,
            "uploaded_at": seconds_now(),
            "changed_at": seconds_now(),
        }
        return httpx.Response(
            200, text=f'<?xml version="1.0"?><rsp stat="ok"><ticketid>{ticket}</ticketid></rsp>'
        )

    def rest(self, asked: Asked) -> httpx.Response:
        params = {name: values[-1] for name, values in asked.query.items()} or dict(asked.body)
        judged(params, asked.method)
        signed_right(asked, self._keys(), params)
        self.called.append(params["method"])
        handler: Callable[[dict[str, str]], dict[str, Any] | None] = getattr(
            self, "_" + params["method"].replace("flickr.", "").replace(".", "_")
        )
        found = handler(params)
        if found is None:
            return answered({"stat": "fail", "code": 1, "message": "Photo not found"})
        return answered({**found, "stat": "ok"})

    def _keys(self) -> Keys:
        return Keys(APP["api_key"], APP["api_secret"], TOKEN, TOKEN_SECRET)

    def _auth_oauth_checkToken(self, params: dict[str, str]) -> dict[str, Any]:
        user = {"nsid": US, "username": "corner", "fullname": "The Corner"}
        return {"oauth": {"token": {"_content": TOKEN}, "perms": {"_content": "delete"}, "user": user}}

    def _people_getInfo(self, params: dict[str, str]) -> dict[str, Any]:
        return {"person": {"id": US, "photos": {"count": {"_content": len(self.photos)}}}}

    def _photos_upload_checkTickets(self, params: dict[str, str]) -> dict[str, Any]:
        ticket = params["tickets"]
        done = {"id": ticket, "complete": 1, "photoid": self.tickets[ticket]}
        return {"uploader": {"ticket": [{"id": ticket, "complete": 0} if self.is_slow else done]}}

    def _people_getPhotos(self, params: dict[str, str]) -> dict[str, Any]:
        found = [
            {
                "id": photo_id,
                "dateupload": str(photo["uploaded_at"]),
                "machine_tags": photo["tags"].replace('"', ""),
            }
            for photo_id, photo in self.photos.items()
            if photo["uploaded_at"] >= int(params["min_upload_date"])
        ]
        return {"photos": {"photo": found, "pages": 1}}

    def _photos_recentlyUpdated(self, params: dict[str, str]) -> dict[str, Any]:
        changed = [
            name for name, photo in self.photos.items() if photo["changed_at"] >= int(params["min_date"])
        ]
        size, page = int(params["per_page"]), int(params["page"])
        shown = [{"id": name, "owner": US} for name in changed[(page - 1) * size : page * size]]
        return {"photos": {"photo": shown, "page": page, "pages": max(1, -(-len(changed) // size))}}

    def _photos_comments_getList(self, params: dict[str, str]) -> dict[str, Any] | None:
        if params["photo_id"] not in self.photos:
            return None
        found = [comment for comment in self.comments if params["photo_id"] in comment["id"].split("-")]
        return {"comments": {"photo_id": params["photo_id"], "comment": found}}

    def _photos_comments_addComment(self, params: dict[str, str]) -> dict[str, Any] | None:
        if params["photo_id"] not in self.photos:
            return None
        return {"comment": {"id": self._comment(params["photo_id"], params["comment_text"], US)["id"]}}

    def _photos_comments_deleteComment(self, params: dict[str, str]) -> dict[str, Any]:
        self.comments = [comment for comment in self.comments if comment["id"] != params["comment_id"]]
        return {}

    def _photos_getInfo(self, params: dict[str, str]) -> dict[str, Any] | None:
        photo = self.photos.get(params["photo_id"])
        if photo is None:
            return None
        n_comments = sum(params["photo_id"] in comment["id"].split("-") for comment in self.comments)
        told = {
            "id": params["photo_id"],
            "owner": {"nsid": US},
            "dateuploaded": str(photo["uploaded_at"]),
            "views": "7",
        }
        wrapped = {"description": photo["description"], "title": photo["title"], "comments": str(n_comments)}
        return {"photo": told | {name: {"_content": words} for name, words in wrapped.items()}}

    def _photos_getFavorites(self, params: dict[str, str]) -> dict[str, Any]:
        return {"photo": {"id": params["photo_id"], "total": str(len(self.faves)), "person": self.faves}}

    def _activity_userPhotos(self, params: dict[str, str]) -> dict[str, Any]:
        items = [{"type": "photo", "id": name, "activity": {"event": self.faves}} for name in self.photos]
        return {"items": {"item": items}}

    def _photos_delete(self, params: dict[str, str]) -> dict[str, Any] | None:
        return {} if self.photos.pop(params["photo_id"], None) else None

    def _photos_setMeta(self, params: dict[str, str]) -> dict[str, Any] | None:
        self.photos[params["photo_id"]].update(title=params["title"], description=params["description"])
        return {}

    def _comment(self, photo_id: str, text: str, author: str) -> dict[str, Any]:
        comment = {
            "id": f"6065-{photo_id}-{72157594077818641 + len(self.comments)}",
            "author": author,
            "authorname": "ana",
            "datecreate": str(seconds_now()),
            "_content": text,
        }
        self.comments.append(comment)
        self.photos[photo_id]["changed_at"] = seconds_now()
        return comment


def seconds_now() -> int:
    return int(datetime.now(UTC).timestamp())


def signed_right(asked: Asked, keys: Keys, params: dict[str, str] | None = None) -> None:
    """Compute the signature again from what came over the wire."""
    header = dict(re.findall(r'(oauth_\w+)="([^"]*)"', asked.headers["Authorization"]))
    ours = {name: httpx.URL(f"http://x/?v={value}").params["v"] for name, value in header.items()}
    given = ours.pop("oauth_signature")
    url = f"https://{asked.headers['host']}{asked.path}"
    assert given == signature(asked.method, url, [*(params or {}).items(), *ours.items()], keys)


def multipart(asked: Asked) -> dict[str, str]:
    from email import message_from_bytes

    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + asked.content).get_payload()
    assert isinstance(parts, list)
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode(
            errors="replace"
        )
        for part in parts
    }


def failed_upload(code: int, text: str) -> httpx.Response:
    return httpx.Response(200, text=f'<rsp stat="fail"><err code="{code}" msg="{text}" /></rsp>')
