"""Is this account really yours? For other sites and for messengers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from livingroom.frontdoor.checking import Verdict, check

router = Router(tags=["The front door"])


class BranchNamed(Schema):
    slug: str
    name: str
    network: str
    handle: str
    url: str


class VerdictTold(Schema):
    """`verdict` is one of ours, name (ours on the networks listed), house, closed, lookalike, not_ours, unreadable."""

    is_ours: bool
    verdict: str
    account: str
    branch: BranchNamed | None
    networks: list[str]
    reasons: list[dict[str, str]]


@router.get("/verify", response=VerdictTold, auth=None, summary="Is this account ours?")
def verify(request: HttpRequest, response: HttpResponse, url: str) -> dict[str, Any]:
    """Say whether an address, a handle or @name@server is an official account of the brand."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=60"
    return told(check(url))


def told(verdict: Verdict) -> dict[str, Any]:
    branch = verdict.branch
    return {
        "is_ours": verdict.is_ours,
        "verdict": verdict.kind,
        "account": verdict.account.key if verdict.account else "",
        "branch": branch
        and {
            "slug": branch.slug,
            "name": branch.name,
            "network": branch.network,
            "handle": branch.handle,
            "url": branch.url,
        },
        "networks": list(verdict.networks),
        "reasons": [{"how": how.removeprefix("how_"), "detail": detail} for how, detail in verdict.reasons],
    }
