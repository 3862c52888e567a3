"""What Facebook and Instagram share on a stage: Meta's refusals, its way to sign in, its batches and its signature."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.networks.conformance import Fault
from tests.networks.meta_specification import GENERAL, VERSION, MetaGraph
from tests.networks.spec_stage import REST_SECONDS, Asked, SpecStage, answered

APP_SECRET = "0123456789abcdef-the-app-secret"
DATA_ENDS = 1_803_000_000
APP = {"app_id": "4711", "app_secret": APP_SECRET}


class MetaStage(SpecStage):
    also_known = GENERAL
    scopes: frozenset[str] = frozenset()

    def __init__(self, kind_of: Callable[[str], str]) -> None:
        super().__init__(MetaGraph(kind_of))
        self.token_questions: list[Asked] = []
        self.page_token = "page-token-1"
        self.dead: set[str] = set()
        self.unspecified = {
            ("GET", f"/{VERSION}/oauth/access_token"): self.give_token,
            ("GET", f"/{VERSION}/debug_token"): self.token_facts,
        }

    def give_token(self, asked: Asked) -> httpx.Response:
        if asked.one("client_secret") != APP_SECRET:
            return refused(1, "Error validating client secret.", 400, code_type="OAuthException", code=101)
        self.token_questions.append(asked)
        return answered({"access_token": f"user-token-{len(self.token_questions)}", "token_type": "bearer"})

    def token_facts(self, asked: Asked) -> httpx.Response:
        assert asked.one("access_token") == f"{APP['app_id']}|{APP_SECRET}"
        return answered({"data": {"is_valid": True, "expires_at": 0, "data_access_expires_at": DATA_ENDS}})

    def permissions(self, asked: Asked) -> httpx.Response:
        rows = [{"permission": name, "status": "granted"} for name in sorted(self.scopes)]
        return answered({"data": [*rows, {"permission": "email", "status": "declined"}]})

    def batch(self, asked: Asked) -> httpx.Response:
        parts = []
        for each in json.loads(asked.body["batch"]):
            address = urlsplit(f"/{each['relative_url']}")
            operation = self.specification.find(each["method"], address.path)
            assert operation is not None
            query = parse_qs(address.query)
            inner = Asked(
                "GET", address.path, operation.name, operation.path_values, query, asked.headers, None
            )
            response = self.handlers[operation.name](inner)
            parts.append({"code": response.status_code, "body": response.text})
        return answered(parts)

    def proves_itself(self, asked: Asked) -> bool:
        """Whether the proof belongs to the token."""
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        wanted = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        return asked.one("appsecret_proof") == wanted

    def is_dead(self, asked: Asked) -> bool:
        return asked.headers.get("authorization", "").removeprefix("Bearer ") in self.dead

    def is_read(self, asked: Asked) -> bool:
        return asked.operation in self.reading if self.reading else asked.method == "GET"

    def refusal(self, fault: Fault) -> httpx.Response:
        headers = {"Retry-After": str(REST_SECONDS)}
        return {
            Fault.TOO_MANY: lambda: refused(32, "Page request limit reached", 400, headers),
            Fault.TOO_MANY_NO_TIME: lambda: refused(4, "Application request limit reached", 400),
            Fault.UNAUTHORIZED: lambda: refused(190, "Error validating access token", 401),
            Fault.FORBIDDEN: lambda: refused(200, "Permissions error", 403),
            Fault.UNAVAILABLE: lambda: refused(2, "Service temporarily unavailable", 503),
            Fault.CURSOR_LOST: lambda: refused(100, "Invalid cursor", 400),
        }[fault]()


def refused(
    number: int,
    message: str,
    status: int = 400,
    headers: Mapping[str, str] | None = None,
    *,
    subcode: int = 0,
    code: int = 0,
    code_type: str = "OAuthException",
) -> httpx.Response:
    told: dict[str, Any] = {"message": f"(#{number}) {message}", "type": code_type, "code": code or number}
    if subcode:
        told["error_subcode"] = subcode
    return answered({"error": told}, status, headers)


def missing(name: str) -> httpx.Response:
    said = f"Unsupported get request. Object with ID '{name}' does not exist"
    return refused(100, said, 400, subcode=33)


def paged(rows: Sequence[Any], after: str, size: int) -> dict[str, Any]:
    """A page of rows with Meta's paging: the cursor is there even at the end, the address of the next page is not."""
    start = int(after or 0)
    body: dict[str, Any] = {"data": list(rows[start : start + size])}
    if body["data"]:
        body["paging"] = {"cursors": {"before": str(start), "after": str(start + size)}}
        if start + size < len(rows):
            body["paging"]["next"] = "https://graph.facebook.com/next"
    return body


def signed(told: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(told).encode()
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}, body
