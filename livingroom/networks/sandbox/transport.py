"""The way to the sandbox: an httpx transport whose other end is in this process. Everything above it is the same as on
the way to a real network, so faults are met where they would be met.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from livingroom.networks.sandbox.faults import strike
from livingroom.networks.sandbox.models import SandboxFault
from livingroom.networks.sandbox.service import Answer, Request, answer

Kind = SandboxFault.Kind
# Long enough to matter to a scheduler, short enough for a person who tries it out.
REST_SECONDS = 30


class SandboxTransport(httpx.BaseTransport):
    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = _read(request)
        fault = strike(asked, self._now())
        if fault is None:
            return _http(answer(asked, self._now()))
        return self._fail(fault, asked, request)

    def _fail(self, fault: SandboxFault, asked: Request, request: httpx.Request) -> httpx.Response:
        if fault.kind == Kind.ACCEPT_THEN_TIMEOUT:
            answer(asked, self._now())
            raise httpx.ReadTimeout("The sandbox did it and says nothing.", request=request)
        if fault.kind == Kind.TIMEOUT:
            raise httpx.ReadTimeout("The sandbox says nothing.", request=request)
        if fault.kind == Kind.SLOW:
            return self._answer_slowly(fault, asked, request)
        if fault.kind == Kind.REVOKED:
            return _http(answer(asked, self._now()))  # which finds the token revoked
        if fault.kind == Kind.GARBLED:
            return httpx.Response(200, text="<html>We have a new design!</html>")
        return _http(REFUSALS[Kind(fault.kind)])

    def _answer_slowly(self, fault: SandboxFault, asked: Request, request: httpx.Request) -> httpx.Response:
        patience = request.extensions.get("timeout", {}).get("read")
        done = _http(answer(asked, self._now()))
        if patience is not None and fault.seconds > patience:
            self._sleep(patience)
            raise httpx.ReadTimeout("The sandbox was too slow.", request=request)
        self._sleep(fault.seconds)
        return done


REFUSALS = {
    Kind.TOO_MANY: Answer(429, {"message": "Too many requests."}, {"Retry-After": str(REST_SECONDS)}),
    Kind.TOO_MANY_NO_TIME: Answer(429, {"message": "Too many requests."}),
    Kind.FORBIDDEN: Answer(403, {"error": "write", "message": "The right `write` is missing."}),
    Kind.UNAVAILABLE: Answer(503, {"message": "The sandbox is being swept."}),
    Kind.CURSOR_LOST: Answer(
        400, {"error": "cursor_unknown", "message": "This cursor is not known (any more)."}
    ),
}


def _read(request: httpx.Request) -> Request:
    content = request.read()
    return Request(
        method=request.method,
        path=request.url.path,
        query=dict(request.url.params),
        body=json.loads(content) if content else {},
        token=request.headers.get("Authorization", "").removeprefix("Bearer "),
    )


def _http(found: Answer) -> httpx.Response:
    return httpx.Response(found.status, json=found.body, headers=dict(found.headers))
