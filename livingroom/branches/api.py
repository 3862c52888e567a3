"""The directory for machines: public facts about official branches."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from livingroom.branches import queries
from livingroom.branches.models import Branch, Host

router = Router(tags=["branches"])


class HostFacts(Schema):
    name: str
    initials: str
    picture: str = ""

    @staticmethod
    def resolve_picture(host: Host) -> str:
        return f"{settings.PUBLIC_URL}{host.face_url}" if host.face else ""


class BranchFacts(Schema):
    slug: str
    name: str
    network: str
    handle: str
    url: str
    purpose: str
    division: str
    country: str
    language: str
    interests: list[str]
    opened_on: date
    hosts: list[HostFacts]


@router.get("", response=list[BranchFacts], auth=None)
def list_branches(
    request: HttpRequest, country: str = "", language: str = "", purpose: str = "", network: str = ""
) -> list[Branch]:
    """List the open official branches; `country` is two letters, or `world` for those of the whole world."""
    chosen = {"country": country, "language": language, "purpose": purpose, "network": network}
    return queries.narrow(queries.open_branches(), chosen)
