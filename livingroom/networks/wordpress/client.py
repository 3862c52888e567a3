"""Speak the REST API of a WordPress site with an application password. Plain Python, no Django.

https://developer.wordpress.org/rest-api/ — the API stands under /wp-json/ or, where a site has no pretty addresses, under
?rest_route=/; the site says which in a Link header.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.transport import Answer, Transport

Row = dict[str, Any]
API_LINK = re.compile(r'<([^>]+)>;\s*rel="https://api\.w\.org/"')
PLAIN_ROUTE = "?rest_route=/"
PAGE_SIZE = 100
# WordPress takes one comment in 15 seconds from those who may not moderate.
FLOOD_REST = timedelta(seconds=15)
MOST_REDIRECTS = 3

MISSING = {
    "rest_post_invalid_id",
    "rest_comment_invalid_id",
    "rest_comment_invalid_post_id",
    "rest_comment_trash_post",
}
MISSING |= {"rest_already_trashed", "rest_comment_draft_post"}
# The right behind a refusal, by WordPress's own name.
RIGHTS = {
    "rest_cannot_create": "publish_posts",
    "rest_cannot_publish": "publish_posts",
    "rest_cannot_edit": "edit_published_posts",
    "rest_cannot_delete": "delete_published_posts",
    "rest_forbidden_context": "moderate_comments",
    "rest_forbidden_param": "moderate_comments",
    "rest_forbidden_who": "list_users",
}


class Duplicate(Invalid):
    """WordPress has these very words of ours in this place already."""


class Moved(Invalid):
    """The site answers under another address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"The site has moved to {address}. Use that address.", "server_url")
        self.address = address


def explain(answer: Answer, transport: Transport) -> NetworkError | None:
    """Read the reason out of an error of the REST API; None leaves it to the status."""
    if 300 <= answer.status < 400 and answer.headers.get("location"):
        return Moved(answer.headers["location"])
    if answer.status >= 500 or answer.status == 429:
        return None
    try:
        body = answer.json()
    except SpecDrift:
        return None
    code, text = str(body.get("code", "")), f"WordPress: {body.get('message') or body.get('code') or ''}"
    if code == "comment_flood":
        return RateLimited(text, transport.now() + FLOOD_REST)
    if code == "comment_duplicate":
        return Duplicate(text, "text")
    if code in MISSING:
        return Gone(text)
    if answer.status == 401:
        return AuthExpired(text)
    return Forbidden(text, RIGHTS.get(code, code)) if answer.status == 403 else None


def find_api(transport: Transport, site: str) -> str:
    """Where the REST API of a site stands. Raises Invalid when there is none."""
    transport.explain = lambda answer: explain(answer, transport)
    for _ in range(MOST_REDIRECTS):
        try:
            answer = transport.read("GET", site)
            break
        except Moved as moved:
            site = moved.address
    else:
        raise Invalid(f"{site} leads from one address to the next.", "server_url")
    for value in _all(answer.headers, "link"):
        if found := API_LINK.search(value):
            return found.group(1)
    raise Invalid(
        f"{site} does not say that it is a WordPress site with its REST API switched on.", "server_url"
    )


def _all(headers: Mapping[str, str], name: str) -> list[str]:
    several = getattr(headers, "get_list", None)
    return several(name) if several else [headers.get(name, "")]


class WordPressClient:
    def __init__(self, transport: Transport, credentials: CredentialStore) -> None:
        transport.explain = lambda answer: explain(answer, transport)
        self._transport = transport
        self._credentials = credentials

    def index(self) -> Row:
        """What the site says about itself."""
        return self.one("/")

    def index_unsigned(self, api: str) -> Row:
        """The same, before anybody has signed in."""
        return self._transport.read("GET", api).json()

    def own_id(self) -> str:
        """The number of our user on the site."""
        return str(self.one("/wp/v2/users/me", {"_fields": "id"}).get("id", ""))

    def count(self, path: str, params: Mapping[str, Any]) -> int:
        answer = self._read(path, {**params, "per_page": 1, "_fields": "id"})
        return int(answer.headers.get("x-wp-total") or 0)

    def one(self, path: str, params: Mapping[str, Any] | None = None) -> Row:
        return self._read(path, params or {}).json()

    def rows(self, path: str, params: Mapping[str, Any]) -> list[Row]:
        """One page of a list."""
        try:
            found = json.loads(self._read(path, params).content)
        except ValueError:
            raise SpecDrift("WordPress's list is not JSON.") from None
        if not isinstance(found, list):
            raise SpecDrift("WordPress's list is none.")
        return found

    def all_rows(self, path: str, params: Mapping[str, Any], most_pages: int = 10) -> Iterator[Row]:
        for page in range(1, most_pages + 1):
            found = self.rows(path, {**params, "per_page": PAGE_SIZE, "page": page})
            yield from found
            if len(found) < PAGE_SIZE:
                return

    def write(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Row:
        """Raises OutcomeUnknown when the answer is lost or cannot be read."""
        url, params, headers = self._call(path, {})
        if method != "POST":
            # Many a host lets only GET and POST through; WordPress's own editor asks in this way, too.
            method, headers = "POST", {**headers, "X-HTTP-Method-Override": method}
        answer = self._signed("write", method, url, params=params, headers=headers, json=dict(body or {}))
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def upload(self, name: str, content: bytes, media_type: str, alt: str) -> Row:
        """Put a picture into the library; without a post that shows it, it harms nobody, so a lost answer does not either."""
        url, params, headers = self._call("/wp/v2/media", {})
        files = {"file": (name, content, media_type)}
        try:
            return self._signed(
                "write", "POST", url, params=params, headers=headers, files=files, data={"alt_text": alt}
            ).json()
        except OutcomeUnknown as error:
            raise Unavailable(error.text) from None

    def _read(self, path: str, params: Mapping[str, Any]) -> Answer:
        url, params, headers = self._call(path, params)
        return self._signed("read", "GET", url, params=params, headers=headers)

    def _signed(self, way: str, method: str, url: str, **request: Any) -> Answer:
        try:
            return (self._transport.read if way == "read" else self._transport.write)(method, url, **request)
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise

    def _call(self, path: str, params: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, str]]:
        secrets = self._credentials.load()
        try:
            api, name, password = secrets["api"], secrets["username"], secrets["app_password"]
        except KeyError:
            raise AuthExpired("The connection has no application password; connect the site again.") from None
        signature = base64.b64encode(f"{name}:{password}".encode()).decode()
        self._transport.redactor.hide(password, signature)
        headers = {"Authorization": f"Basic {signature}"}
        if api.endswith(PLAIN_ROUTE):
            return api.removesuffix(PLAIN_ROUTE), {"rest_route": path, **params}, headers
        return api.rstrip("/") + path, dict(params), headers
