"""The judge of the stages without a server: it must refuse what the vendor would, or the proofs mean nothing."""

from typing import Any

import httpx
import pytest

from livingroom.networks.errors import RateLimited
from livingroom.networks.interface import Ref
from livingroom.networks.transport import Transport
from tests.networks.conformance import Fault
from tests.networks.spec_stage import AgainstSpecification, Asked, SpecStage, answered
from tests.networks.specifications import Discovery, OpenApi

NOTE = {
    "type": "object",
    "required": ["id", "words"],
    "properties": {"id": {"type": "string"}, "words": {"type": "string", "nullable": True}},
}
WISH = {
    "type": "object",
    "required": ["words"],
    "additionalProperties": False,
    "properties": {"words": {"type": "string", "maxLength": 10}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "components": {"schemas": {"Note": NOTE, "Wish": WISH}},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "write",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}},
                },
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}
                    }
                },
            },
            "get": {
                "operationId": "list",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 40}},
                    {"name": "owner", "in": "query", "required": True, "schema": {"type": "string"}},
                    {
                        "name": "kinds",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "string", "enum": ["long", "short"]}},
                    },
                ],
                "responses": {"200": {}},
            },
        },
        "/notes/{note.id}": {
            "delete": {
                "operationId": "remove",
                "parameters": [
                    {
                        "name": "note.id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "pattern": "^[0-9]+$"},
                    }
                ],
                "responses": {"204": {}},
            }
        },
        "/notes/latest": {"delete": {"operationId": "remove_latest", "responses": {"204": {}}}},
    },
}
PLACE = "https://notes.example"


class NotesStage(SpecStage):
    def __init__(self) -> None:
        super().__init__(OpenApi(DOCUMENT))
        self.said: dict[str, Any] = {"id": "1", "words": None}
        self.written: list[str] = []
        self.handlers = {"write": self.write, "list": lambda asked: answered([]), "remove": self.remove}
        self.unspecified = {("POST", "/token"): lambda asked: answered({"token": asked.body["code"]})}
        self.http = httpx.Client(transport=self.wire, base_url=PLACE)

    def write(self, asked: Asked) -> httpx.Response:
        self.written.append(asked.body["words"])
        return answered(self.said)

    def remove(self, asked: Asked) -> httpx.Response:
        self.written.append(asked.path_values["note.id"])
        return httpx.Response(204)

    def reconnect(self) -> None:
        """Nobody is signed in."""

    def count_posts(self, text: str) -> int:
        return self.written.count(text)

    def someone_replies(self, to: Ref, text: str) -> Ref:
        return to


@pytest.fixture
def stage() -> NotesStage:
    return NotesStage()


def test_what_the_specification_allows_reaches_the_handler(stage: NotesStage) -> None:
    answer = stage.http.post("/notes", json={"words": "hello"})
    stage.http.get("/notes?owner=me&limit=40&kinds=long,short")
    stage.http.delete("/notes/12")

    assert answer.json() == {"id": "1", "words": None}
    assert stage.written == ["hello", "12"]


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "/notes", {"words": "far too long"}, "too long"),
        ("POST", "/notes", {}, "'words' is a required property"),
        ("POST", "/notes", {"words": "hi", "colour": "red"}, "colour"),
        ("POST", "/notes", None, "the body is missing"),
        ("GET", "/notes", None, "owner is missing"),
        ("GET", "/notes?owner=me&limit=41", None, "greater than the maximum"),
        ("GET", "/notes?owner=me&limit=many", None, "is not of type 'integer'"),
        ("GET", "/notes?owner=me&kinds=long,wide", None, "'wide' is not one of"),
        ("GET", "/notes?owner=me&colour=red", None, "colour is not known"),
        ("DELETE", "/notes/twelve", None, "does not match"),
        ("DELETE", "/notes/latest", None, "no handler for remove_latest"),
        ("GET", "/songs", None, "has no GET /songs"),
    ],
)
def test_what_the_vendor_would_refuse_fails_the_test(
    stage: NotesStage, method: str, path: str, body: object, said: str
) -> None:
    with pytest.raises(AgainstSpecification, match=said):
        stage.http.request(method, path, **({} if body is None else {"json": body}))

    assert stage.written == []


def test_a_body_of_another_kind_than_documented_is_refused(stage: NotesStage) -> None:
    with pytest.raises(AgainstSpecification, match="application/x-www-form-urlencoded is not among"):
        stage.http.post("/notes", data={"words": "hello"})


def test_an_answer_that_the_vendor_would_not_give_fails_the_test_too(stage: NotesStage) -> None:
    stage.said = {"words": 7}

    with pytest.raises(AgainstSpecification, match="our answer"):
        stage.http.post("/notes", json={"words": "hello"})


def test_a_road_that_the_specification_lacks_must_be_named(stage: NotesStage) -> None:
    assert stage.http.post("/token", data={"code": "abc"}).json() == {"token": "abc"}


def test_faults_strike_once_on_the_wire_and_only_where_they_fit(stage: NotesStage) -> None:
    transport = Transport(inner=stage.wire, sleep=lambda seconds: None)
    stage.fail_next(Fault.TOO_MANY, writes=True)
    stage.fail_next(Fault.ACCEPT_THEN_LOSE, writes=True)

    transport.read("GET", f"{PLACE}/notes", params={"owner": "me"})
    with pytest.raises(RateLimited):
        transport.write("POST", f"{PLACE}/notes", json={"words": "one"})
    with pytest.raises(Exception, match="no complete answer"):
        transport.write("POST", f"{PLACE}/notes", json={"words": "two"})
    transport.write("POST", f"{PLACE}/notes", json={"words": "three"})

    assert stage.written == ["two", "three"]


def test_a_discovery_document_judges_as_openapi_does() -> None:
    told = {
        "servicePath": "",
        "parameters": {"alt": {"type": "string", "location": "query"}},
        "schemas": {"Note": {"id": "Note", "type": "object", "properties": {"words": {"type": "string"}}}},
        "resources": {
            "notes": {
                "methods": {
                    "insert": {
                        "id": "notes.insert",
                        "path": "v1/notes",
                        "httpMethod": "POST",
                        "parameters": {
                            "part": {
                                "type": "string",
                                "location": "query",
                                "repeated": True,
                                "required": True,
                            }
                        },
                        "request": {"$ref": "Note"},
                        "response": {"$ref": "Note"},
                    }
                }
            }
        },
    }

    operation = Discovery(told).find("POST", "/v1/notes")

    assert operation is not None
    assert operation.body is not None
    assert (operation.name, operation.body({"words": "hi"})) == ("notes.insert", [])
    assert "colour" in operation.body({"colour": "red"})[0]
    assert [each.name for each in operation.parameters if each.required] == ["part"]
