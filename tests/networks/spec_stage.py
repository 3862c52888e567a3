"""A stage for networks of which no server can run here: the vendor's specification judges every request, in process.

A stage names its specification, keeps a small state, and has one handler per operation:

    class ExampleStage(SpecStage):
        def __init__(self) -> None:
            super().__init__(openapi("example.openapi.json"))
            self.handlers = {"createPost": self.create_post}
            transport = Transport(inner=self.wire, sleep=lambda seconds: None)
            …

        def create_post(self, asked: Asked) -> httpx.Response:
            …
            return answered({"id": "1"}, 201)

A request that the specification does not allow, an operation without a handler and an answer that the specification would
not have given fail the test. Faults strike on the wire, as they would on a real one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx

from tests.networks.conformance import Fault, Stage
from tests.networks.specifications import Operation, Specification

REST_SECONDS = 30


@dataclass(frozen=True)
class Asked:
    """A request that the specification allows, taken apart."""

    method: str
    path: str
    operation: str
    path_values: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: httpx.Headers
    body: Any
    content: bytes = field(repr=False, default=b"")

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]


Handler = Callable[[Asked], httpx.Response]


class AgainstSpecification(AssertionError):
    """What the vendor would have refused, or never have said."""


def answered(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json=body, headers=dict(headers or {}))


class SpecStage(Stage):
    """Subclasses fill `handlers` (by operation name) and, where the network has them, the attributes below."""

    handlers: Mapping[str, Handler]
    # Roads that the specification does not have, such as OAuth's token endpoint: (method, path) -> handler.
    unspecified: Mapping[tuple[str, str], Handler] = {}
    # Which operations a fault of a write strikes; empty: every request but GET. Name the one that makes the post public.
    publishing: frozenset[str] = frozenset()
    # Which operations a fault of a read strikes; empty: every GET.
    reading: frozenset[str] = frozenset()
    # Names in queries that the specification forgets, with the vendor's page in a comment beside it.
    also_known: frozenset[str] = frozenset()
    check_answers = True

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self.wire = SpecTransport(self)
        self.armed: list[tuple[Fault, bool]] = []
        self.asked: list[Asked] = []

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        self.armed.append((fault, writes))

    def refusal(self, fault: Fault) -> httpx.Response:
        """How this vendor words a refusal; override where it has a form of its own."""
        status, headers = STATUSES[fault]
        return answered({"error": fault.value}, status, headers)

    def is_write(self, asked: Asked) -> bool:
        return asked.operation in self.publishing if self.publishing else asked.method != "GET"

    def is_read(self, asked: Asked) -> bool:
        return asked.operation in self.reading if self.reading else asked.method == "GET"

    def fits(self, fault: Fault, asked: Asked) -> bool:
        """Whether a fault may strike this request: say here which request carries the cursor."""
        return True

    def take(self, asked: Asked) -> Fault | None:
        for each in self.armed:
            fault, writes = each
            if (self.is_write(asked) if writes else self.is_read(asked)) and self.fits(fault, asked):
                self.armed.remove(each)
                return fault
        return None


STATUSES: dict[Fault, tuple[int, dict[str, str]]] = {
    Fault.TOO_MANY: (429, {"Retry-After": str(REST_SECONDS)}),
    Fault.TOO_MANY_NO_TIME: (429, {}),
    Fault.UNAUTHORIZED: (401, {}),
    Fault.FORBIDDEN: (403, {}),
    Fault.UNAVAILABLE: (503, {}),
    Fault.CURSOR_LOST: (400, {}),
}


class SpecTransport(httpx.BaseTransport):
    """The wire: judges the request, lets a fault strike, asks the handler, judges the answer."""

    def __init__(self, stage: SpecStage) -> None:
        self._stage = stage

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        method, path = request.method, request.url.path
        handler = self._stage.unspecified.get((method, path))
        if handler is not None:
            return handler(_asked(request, content, f"{method} {path}", {}))
        operation = self._stage.specification.find(method, path)
        if operation is None:
            raise AgainstSpecification(f"The specification has no {method} {path}.")
        asked = _asked(request, content, operation.name, operation.path_values)
        _fail_with(judge(operation, asked, self._stage.also_known), asked)
        self._stage.asked.append(asked)
        fault = self._stage.take(asked)
        return (
            self._answer(operation, asked) if fault is None else self._fail(fault, operation, asked, request)
        )

    def _answer(self, operation: Operation, asked: Asked) -> httpx.Response:
        handler = self._stage.handlers.get(operation.name)
        if handler is None:
            raise AgainstSpecification(
                f"The stage has no handler for {operation.name} ({asked.method} {asked.path})."
            )
        response = handler(asked)
        if self._stage.check_answers and response.status_code < 400:
            body = json.loads(response.content) if response.content else None
            _fail_with(
                [f"our answer: {said}" for said in operation.answer(response.status_code, body)], asked
            )
        return response

    def _fail(
        self, fault: Fault, operation: Operation, asked: Asked, request: httpx.Request
    ) -> httpx.Response:
        if fault is Fault.ACCEPT_THEN_LOSE:
            self._answer(operation, asked)
        if fault in (Fault.ACCEPT_THEN_LOSE, Fault.LOSE):
            raise httpx.ReadTimeout("No answer comes.", request=request)
        if fault is Fault.GARBLED:
            return httpx.Response(200, text="<html>We have a new design!</html>")
        return self._stage.refusal(fault)


def judge(operation: Operation, asked: Asked, also_known: frozenset[str] = frozenset()) -> list[str]:
    """What the specification has against this request."""
    problems: list[str] = []
    known = {(parameter.place, parameter.name.lower()): parameter for parameter in operation.parameters}
    for (place, name), parameter in known.items():
        given = _given(asked, place, name)
        if given:
            problems += parameter.problems(given)
        elif parameter.required:
            problems.append(f"{place} parameter {parameter.name} is missing")
    names = {name.removesuffix("[]").lower() for name in asked.query}
    allowed = (
        {name.removesuffix("[]") for place, name in known if place == "query"}
        | also_known
        | operation.loose_names
    )
    problems += [f"query parameter {name} is not known" for name in sorted(names - allowed)]
    return problems + _body_problems(operation, asked)


def _given(asked: Asked, place: str, name: str) -> list[str]:
    if place == "path":
        return [value for key, value in asked.path_values.items() if key.lower() == name]
    if place == "header":
        return [asked.headers[name]] if name in asked.headers else []
    if place == "cookie":
        return []
    wanted = name.removesuffix("[]")
    return [
        v for key, values in asked.query.items() if key.removesuffix("[]").lower() == wanted for v in values
    ]


def _body_problems(operation: Operation, asked: Asked) -> list[str]:
    if not asked.content:
        return ["the body is missing"] if operation.body_required else []
    if operation.body is None:
        # Some vendors document writes without a body; one that is empty JSON changes nothing.
        return [] if asked.body in ({}, None) or operation.media_types else ["this operation takes no body"]
    kind = asked.headers.get("content-type", "").split(";")[0]
    if operation.media_types and kind not in operation.media_types:
        return [f"a body of {kind} is not among {', '.join(operation.media_types)}"]
    if kind.startswith("multipart/"):
        return []  # its parts are the handler's to look at
    return [f"body: {said}" for said in operation.body(asked.body)]


def _asked(request: httpx.Request, content: bytes, name: str, path_values: Mapping[str, str]) -> Asked:
    return Asked(
        method=request.method,
        path=request.url.path,
        operation=name,
        path_values=path_values,
        query=parse_qs(request.url.query.decode(), keep_blank_values=True),
        headers=request.headers,
        body=_read_body(request.headers.get("content-type", ""), content),
        content=content,
    )


def _read_body(kind: str, content: bytes) -> Any:
    if kind.startswith("application/json"):
        return json.loads(content) if content else None
    if kind.startswith("application/x-www-form-urlencoded"):
        return {
            name: values[-1] for name, values in parse_qs(content.decode(), keep_blank_values=True).items()
        }
    return None


def _fail_with(problems: list[str], asked: Asked) -> None:
    if problems:
        said = "\n  ".join(problems)
        raise AgainstSpecification(f"{asked.method} {asked.path} ({asked.operation}):\n  {said}")
