"""A Mastodon server of the newest version, as its OpenAPI document describes it: every request and answer is judged by it.

Beside the two servers that really run (mastodon_mock, snac2), because neither refuses what Mastodon itself would.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Redirect, Ref
from livingroom.networks.mastodon.network import MastodonNetwork
from livingroom.networks.transport import Transport
from tests.networks.conformance import Fault
from tests.networks.mastodon_rows import Row, html_of, not_found, page_of, refuse, sample, time_of
from tests.networks.spec_stage import AgainstSpecification, Asked, SpecStage, answered
from tests.networks.specifications import OpenApi, openapi

SERVER = "https://town.example.com"
BACK = "https://house.example.com/networks/return/"
US, SOMEBODY = "7", "12"
NAMES = {US: "corner", SOMEBODY: "ana"}
MOST_CHARACTERS = 500


class MastodonSpecStage(SpecStage):
    network: MastodonNetwork
    publishing = frozenset({"createStatus"})

    def __init__(self) -> None:
        super().__init__(openapi("mastodon.openapi.json"))
        assert isinstance(self.specification, OpenApi)
        self.document = self.specification
        self.statuses: list[Row] = []
        self.notices: list[Row] = []
        self.keys: dict[str, Row] = {}
        self.media: dict[str, Row] = {}
        self.has_index = True
        self.handlers = {
            "createStatus": self.create,
            "getStatus": self.show,
            "getStatuses": self.show_many,
            "updateStatus": self.change,
            "deleteStatus": self.remove,
            "getStatusContext": self.context,
            "postStatusFavourite": self.favourite,
            "getAccountStatuses": self.timeline,
            "getNotifications": self.tell,
            "getAccountsVerifyCredentials": self.who,
            "getInstanceV2": self.describe,
            "createMediaV2": self.store,
            "getMedia": lambda asked: answered(self.media[asked.path_values["id"]]),
            "getFollowedTags": lambda asked: answered([self._sample("Tag") | {"name": "desks"}]),
            "getTimelinesTagByHashtag": self.tagged,
            "getSearchV2": self.search,
        }
        # Signing in goes as a form, which Mastodon documents and this document does not; the names are judged all the same.
        self.unspecified = {("POST", "/api/v1/apps"): self.register, ("POST", "/oauth/token"): self.trade}
        self._connect()

    def _connect(self) -> None:
        transport = Transport(inner=self.wire, sleep=lambda seconds: None)
        form = {"server_url": SERVER, "redirect_uri": BACK}
        begun = MastodonNetwork.begin({**form, **MastodonNetwork.register_app(form, transport)}, transport)
        assert isinstance(begun, Redirect)
        connected = MastodonNetwork.finish({"code": "c0de", **begun.kept}, begun.state, transport)
        self.secrets = (connected.credentials["access_token"],)
        self.network = MastodonNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=SERVER,
            account_id=connected.account.account_id,
        )

    def reconnect(self) -> None:
        self._connect()

    def fits(self, fault: Fault, asked: Asked) -> bool:
        return fault is not Fault.CURSOR_LOST or asked.one("min_id", "0") != "0"

    def refusal(self, fault: Fault) -> httpx.Response:
        if fault is Fault.CURSOR_LOST:
            return answered({"error": "Record not found"}, 404)
        return super().refusal(fault)

    def count_posts(self, text: str) -> int:
        return sum(row["content"] == html_of(text) for row in self.statuses)

    def someone_replies(self, to: Ref, text: str) -> Ref:
        above = self._find(to.id)
        assert above is not None
        row = self._write(SOMEBODY, text, above)
        notice = self._sample("Notification") | {
            "id": str(300 + len(self.notices)),
            "type": "mention",
            "created_at": row["created_at"],
            "account": row["account"],
            "status": row,
        }
        self.notices.append(notice)
        return Ref(row["id"])

    # The server

    def search(self, asked: Asked) -> httpx.Response:
        """Newest first, all words; a server without an index finds nothing and does not say why."""
        words = asked.one("q", "").split()
        rows = self.statuses[::-1] if self.has_index and asked.one("type", "") == "statuses" else []
        if words == ["from:me"]:
            rows = [row for row in rows if row["account"]["id"] == US]
        else:
            plain = [word for word in words if ":" not in word]
            rows = [row for row in rows if all(word in row["content"] for word in plain)]
        rows = [row for row in rows if int(row["id"]) > int(asked.one("min_id", "0"))]
        start, most = int(asked.one("offset", "0")), int(asked.one("limit", "20"))
        found = {"accounts": [], "statuses": rows[start : start + most], "hashtags": []}
        return answered(self._sample("Search") | found)

    def register(self, asked: Asked) -> httpx.Response:
        self._judge_form("/api/v1/apps", asked.body | {"redirect_uris": [asked.body["redirect_uris"]]})
        return answered(
            self._sample("CredentialApplication") | {"client_id": "ours", "client_secret": "hush"}
        )

    def trade(self, asked: Asked) -> httpx.Response:
        # The document wants a code even of an app that signs in for itself; its own words say that it has none.
        for_itself = asked.body["grant_type"] == "client_credentials"
        self._judge_form(
            "/oauth/token", ({"code": "", "redirect_uri": ""} if for_itself else {}) | asked.body
        )
        return answered(self._sample("Token") | {"access_token": "t0ken" * 8, "scope": asked.body["scope"]})

    def who(self, asked: Asked) -> httpx.Response:
        return answered(self._sample("CredentialAccount") | self._account(US))

    def describe(self, asked: Asked) -> httpx.Response:
        return answered(self.document.document["components"]["examples"]["Instance200Example"]["value"])

    def create(self, asked: Asked) -> httpx.Response:
        self._judge_names(asked, "BaseStatus", "MediaStatus", "TextStatus")
        key = asked.headers["idempotency-key"]
        if key in self.keys:
            return answered(self.keys[key])
        if len(asked.body["status"]) > MOST_CHARACTERS:
            return answered({"error": "Validation failed: Text character limit of 500 exceeded"}, 422)
        above = self._find(asked.body.get("in_reply_to_id", ""))
        row = self._write(US, asked.body["status"], above)
        row["media_attachments"] = [self.media[number] for number in asked.body.get("media_ids", [])]
        self.keys[key] = row
        return answered(row)

    def show(self, asked: Asked) -> httpx.Response:
        row = self._find(asked.path_values["id"])
        return answered(row) if row else not_found()

    def show_many(self, asked: Asked) -> httpx.Response:
        wanted = asked.query["id[]"]
        assert len(wanted) <= 20, "more than twenty are refused"
        return answered([row for row in self.statuses if row["id"] in wanted])

    def change(self, asked: Asked) -> httpx.Response:
        row = self._find(asked.path_values["id"])
        if row is None:
            return not_found()
        told = self.document.document["paths"]["/api/v1/statuses/{id}"]["put"]["requestBody"]
        known = told["content"]["application/json"]["schema"]["properties"]
        refuse(asked, set(asked.body) - set(known))
        media = [self.media[number] for number in asked.body.get("media_ids", [])]
        row |= {
            "content": html_of(asked.body["status"]),
            "edited_at": time_of(99),
            "media_attachments": media,
        }
        return answered(row)

    def remove(self, asked: Asked) -> httpx.Response:
        row = self._find(asked.path_values["id"])
        if row is None:
            return not_found()
        self.statuses.remove(row)
        return answered(row | {"text": "as it was written"})

    def context(self, asked: Asked) -> httpx.Response:
        below = [asked.path_values["id"]]
        for row in self.statuses:
            below += [row["id"]] if row["in_reply_to_id"] in below else []
        answers = [row for row in self.statuses if row["id"] in below[1:]]
        return answered({"ancestors": [], "descendants": answers})

    def favourite(self, asked: Asked) -> httpx.Response:
        row = self._find(asked.path_values["id"])
        if row is None:
            return not_found()
        row |= {"favourites_count": 1, "favourited": True}
        return answered(row)

    def timeline(self, asked: Asked) -> httpx.Response:
        ours = [row for row in self.statuses if row["account"]["id"] == asked.path_values["id"]]
        return answered(page_of(ours, asked))

    def tagged(self, asked: Asked) -> httpx.Response:
        tags = [asked.path_values["hashtag"], *asked.query.get("any[]", [])]
        found = [row for row in self.statuses if any(f"#{tag}" in row["content"] for tag in tags)]
        return answered(page_of(found, asked))

    def tell(self, asked: Asked) -> httpx.Response:
        return answered(
            page_of([row for row in self.notices if row["type"] in asked.query["types[]"]], asked)
        )

    def store(self, asked: Asked) -> httpx.Response:
        assert b'name="file"; filename=' in asked.content
        number = str(500 + len(self.media))
        self.media[number] = self._sample("MediaAttachment") | {"id": number, "type": "image"}
        return answered(self.media[number])

    def _find(self, number: str) -> Row | None:
        return next((row for row in self.statuses if row["id"] == number), None)

    def _write(self, author: str, text: str, above: Row | None) -> Row:
        number = len(self.statuses) + 1
        row = self._sample("Status") | {
            "id": str(100 + number),
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "content": html_of(text),
            "visibility": "public",
            "account": self._account(author),
            "in_reply_to_id": above["id"] if above else None,
            "in_reply_to_account_id": above["account"]["id"] if above else None,
            "url": f"{SERVER}/@{NAMES[author]}/{100 + number}",
        }
        if above:
            above["replies_count"] += 1
        self.statuses.append(row)
        return row

    def _account(self, number: str) -> Row:
        name = NAMES[number]
        told = {"id": number, "username": name, "acct": name, "url": f"{SERVER}/@{name}"}
        return self._sample("Account") | told

    def _sample(self, name: str) -> Row:
        found: Row = sample(self.document.document, {"$ref": f"#/components/schemas/{name}"})
        return found

    def _judge_form(self, path: str, body: Mapping[str, object]) -> None:
        operation = self.document.find("POST", path)
        assert operation is not None
        assert operation.body is not None
        problems = operation.body(body)
        if problems:
            raise AgainstSpecification(f"POST {path}: {problems}")

    def _judge_names(self, asked: Asked, *schemas: str) -> None:
        """The document lets any other name pass; Mastodon would overlook it, and so would we."""
        known: set[str] = set()
        for name in schemas:
            told = self.document.document["components"]["schemas"][name]
            for part in (told, *told.get("allOf", [])):
                known |= set(part.get("properties", {}))
        refuse(asked, set(asked.body) - known)
