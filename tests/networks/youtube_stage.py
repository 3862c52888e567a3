from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Ref
from livingroom.networks.transport import Transport
from livingroom.networks.youtube.budget import BUDGET
from livingroom.networks.youtube.network import YouTubeNetwork
from livingroom.networks.youtube.signin import SCOPE
from tests.networks.conformance import Fault
from tests.networks.spec_stage import Asked, SpecStage, answered
from tests.networks.specifications import discovery

US, SOMEBODY = "UC" + "a" * 22, "UC" + "b" * 22
APP = {"client_id": "house.apps.googleusercontent.com", "client_secret": "GOCSPX-very-secret"}


class YouTubeStage(SpecStage):
    stream = "comments"
    reading = frozenset({"youtube.channels.list", "youtube.commentThreads.list"})

    def __init__(self) -> None:
        super().__init__(discovery("youtube.v3.discovery.json"))
        self.videos: list[str] = []
        self.threads: list[dict[str, Any]] = []
        self.n_tokens = 0
        self.token_error = ""
        self.scope = SCOPE
        self.handlers = {
            "youtube.channels.list": self.channels,
            "youtube.videos.list": self.show_videos,
            "youtube.commentThreads.list": self.list_threads,
            "youtube.commentThreads.insert": self.insert_thread,
            "youtube.comments.list": self.list_comments,
            "youtube.comments.insert": self.insert_answer,
            "youtube.comments.update": self.update,
            "youtube.comments.delete": self.remove,
            "youtube.comments.setModerationStatus": self.moderate,
        }
        self.unspecified = {("POST", "/token"): self.token}
        self.hidden: list[str] = []
        self.transport = Transport(inner=self.wire, sleep=lambda seconds: None)
        BUDGET._spent.clear()
        self.reconnect()

    def connect(self, **form: str) -> Connected:
        begun = YouTubeNetwork.begin(
            {**APP, **form, "redirect_uri": "https://house.example/back/"}, self.transport
        )
        assert parse_qs(urlsplit(begun.url).query)["state"] == [begun.state]
        return YouTubeNetwork.finish({**begun.kept, "code": "4/abc"}, begun.state, self.transport)

    def reconnect(self) -> None:
        connected = self.connect()
        self.secrets = tuple(
            connected.credentials[n] for n in ("access_token", "refresh_token", "client_secret")
        )
        self.network = YouTubeNetwork(
            transport=self.transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )

    def refusal(self, fault: Fault) -> httpx.Response:
        if fault is Fault.UNAUTHORIZED:
            return problem(401, "authError", "Invalid Credentials")
        if fault is Fault.CURSOR_LOST:
            return problem(400, "invalidPageToken", "The request specifies an invalid page token.")
        return super().refusal(fault)

    def fits(self, fault: Fault, asked: Asked) -> bool:
        return fault is not Fault.CURSOR_LOST or "pageToken" in asked.query

    def count_posts(self, text: str) -> int:
        every = [
            c for t in self.threads for c in [t["snippet"]["topLevelComment"], *t["replies"]["comments"]]
        ]
        return sum(comment["snippet"]["textOriginal"] == text for comment in every)

    def new_post(self) -> Ref:
        self.videos.append(f"video{len(self.videos):06d}")
        return Ref(self.videos[-1])

    def someone_replies(self, to: Ref, text: str) -> Ref:
        return Ref(self._comment(to.id, text, SOMEBODY)["id"])

    def someone_answers(self, thread_id: str, text: str, author: str = SOMEBODY) -> dict[str, Any]:
        thread = next(thread for thread in self.threads if thread["id"] == thread_id)
        n_answers = len(thread["replies"]["comments"])
        answer = self._made(f"{thread_id}.{n_answers}", text, author, parentId=thread_id)
        thread["replies"]["comments"].append(answer)
        thread["snippet"]["totalReplyCount"] += 1
        return answer

    # Google

    def token(self, asked: Asked) -> httpx.Response:
        if self.token_error:
            return answered({"error": self.token_error}, 400)
        assert asked.body["client_id"] == APP["client_id"]
        assert asked.body["grant_type"] != "authorization_code" or asked.body["code_verifier"]
        self.n_tokens += 1
        found = {"access_token": f"ya29.token-{self.n_tokens}", "expires_in": 3599, "scope": self.scope}
        is_first = asked.body["grant_type"] == "authorization_code"
        return answered(found | ({"refresh_token": "1//refresh-me"} if is_first else {}))

    def channels(self, asked: Asked) -> httpx.Response:
        counts = {"subscriberCount": "1200", "videoCount": str(len(self.videos)), "viewCount": "9"}
        snippet = {"title": "Corner", "customUrl": "@corner"}
        return answered({"items": [{"id": US, "snippet": snippet, "statistics": counts}]})

    def show_videos(self, asked: Asked) -> httpx.Response:
        wanted = asked.one("id").split(",")
        items = [
            {"id": video, "statistics": {"likeCount": "4", "commentCount": str(self._n_comments(video))}}
            for video in self.videos
            if video in wanted
        ]
        return answered({"items": items})

    def list_threads(self, asked: Asked) -> httpx.Response:
        found = self.threads[::-1]
        if "id" in asked.query:
            found = [thread for thread in found if thread["id"] in asked.one("id").split(",")]
        if "videoId" in asked.query:
            found = [thread for thread in found if thread["snippet"]["videoId"] == asked.one("videoId")]
        start, size = int(asked.one("pageToken", "0")), int(asked.one("maxResults", "20"))
        body: dict[str, Any] = {
            "items": [self._shown(thread, asked) for thread in found[start : start + size]]
        }
        return answered(body | ({"nextPageToken": str(start + size)} if len(found) > start + size else {}))

    def _shown(self, thread: dict[str, Any], asked: Asked) -> dict[str, Any]:
        if "replies" not in asked.one("part"):
            return {"id": thread["id"], "snippet": thread["snippet"]}
        return {**thread, "replies": {"comments": thread["replies"]["comments"][-5:]}}

    def insert_thread(self, asked: Asked) -> httpx.Response:
        snippet = asked.body["snippet"]
        self._comment(snippet["videoId"], snippet["topLevelComment"]["snippet"]["textOriginal"], US)
        return answered({"id": self.threads[-1]["id"], "snippet": self.threads[-1]["snippet"]})

    def list_comments(self, asked: Asked) -> httpx.Response:
        every = [answer for thread in self.threads for answer in thread["replies"]["comments"]]
        wanted, parent = asked.one("id").split(","), asked.one("parentId")
        found = [a for a in every if a["id"] in wanted or a["snippet"]["parentId"] == parent]
        start, size = int(asked.one("pageToken", "0")), int(asked.one("maxResults", "20"))
        body: dict[str, Any] = {"items": found[start : start + size]}
        return answered(body | ({"nextPageToken": str(start + size)} if len(found) > start + size else {}))

    def insert_answer(self, asked: Asked) -> httpx.Response:
        snippet = asked.body["snippet"]
        if not [thread for thread in self.threads if thread["id"] == snippet["parentId"]]:
            return problem(404, "parentCommentNotFound", "The parent comment could not be found.")
        return answered(self.someone_answers(snippet["parentId"], snippet["textOriginal"], US))

    def update(self, asked: Asked) -> httpx.Response:
        for thread in self.threads:
            for answer in thread["replies"]["comments"]:
                if answer["id"] == asked.body["id"]:
                    answer["snippet"]["textOriginal"] = asked.body["snippet"]["textOriginal"]
                    return answered(answer)
        return problem(404, "commentNotFound", "The comment could not be found.")

    def remove(self, asked: Asked) -> httpx.Response:
        for thread in self.threads:
            if thread["id"] == asked.one("id"):
                self.threads.remove(thread)
                return httpx.Response(204)
            for answer in thread["replies"]["comments"]:
                if answer["id"] == asked.one("id"):
                    thread["replies"]["comments"].remove(answer)
                    return httpx.Response(204)
        return problem(404, "commentNotFound", "The comment could not be found.")

    def moderate(self, asked: Asked) -> httpx.Response:
        self.hidden.append(asked.one("id"))
        return httpx.Response(204)

    def _n_comments(self, video: str) -> int:
        return sum(thread["snippet"]["videoId"] == video for thread in self.threads)

    def _comment(self, video: str, text: str, author: str) -> dict[str, Any]:
        top = self._made(f"Ugz{len(self.threads):020d}", text, author, videoId=video)
        snippet = {"videoId": video, "channelId": US, "topLevelComment": top, "totalReplyCount": 0}
        self.threads.append({"id": top["id"], "snippet": snippet, "replies": {"comments": []}})
        return top

    def _made(self, comment_id: str, text: str, author: str, **more: str) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        snippet = {
            "textOriginal": text,
            "textDisplay": text,
            "authorDisplayName": "@somebody",
            "publishedAt": at,
        }
        return {
            "id": comment_id,
            "snippet": {**snippet, "authorChannelId": {"value": author}, "likeCount": 0, **more},
        }


def problem(status: int, reason: str, text: str) -> httpx.Response:
    errors = [{"reason": reason, "message": text, "domain": "youtube"}]
    return answered({"error": {"code": status, "message": text, "errors": errors}}, status)
