"""Speak Flickr's API. Plain Python, no Django. https://www.flickr.com/services/api/

Flickr says what went wrong inside an answer 200: `stat` is fail, `code` a number.
"""

import re
import secrets as random_words
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.flickr.oauth1 import Keys, authorization
from livingroom.networks.interface import Image
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]
REST = "https://www.flickr.com/services/rest/"
UPLOAD = "https://up.flickr.com/services/upload/"
_TICKET = re.compile(rb"<ticketid>([^<]+)</ticketid>")
_ERROR = re.compile(rb'<err\s+code="(\d+)"\s+msg="([^"]*)"')
# Codes that mean the same for all methods. https://www.flickr.com/services/api/flickr.photos.getInfo.html
_SIGN_IN_AGAIN, _MISSING_RIGHT = {96, 97, 98, 100}, {99}
_NOT_NOW, _PERHAPS_WRITTEN = {0, 105}, {106}


class FlickrClient:
    def __init__(self, transport: Transport, credentials: CredentialStore) -> None:
        transport.explain = None
        self._transport = transport
        self._credentials = credentials

    def read(self, method: str, **params: str) -> Body:
        query = _call(method, params)
        answer = self._signed(
            "GET",
            REST,
            query,
            lambda headers: self._transport.read("GET", REST, params=query, headers=headers),
        )
        return self._judged(answer.json(), is_write=False)

    def write(self, method: str, **params: str) -> Body:
        form = _call(method, params)
        answer = self._signed(
            "POST",
            REST,
            form,
            lambda headers: self._transport.write("POST", REST, data=form, headers=headers),
        )
        try:
            body = answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None
        return self._judged(body, is_write=True)

    def upload(self, image: Image, **params: str) -> str:
        """Hand over a picture; the answer is a ticket, since Flickr makes the photo later."""
        form = {**params, "async": "1"}
        name = f"picture.{image.media_type.rpartition('/')[2]}"
        files = {"photo": (name, image.content, image.media_type)}
        answer = self._signed(
            "POST",
            UPLOAD,
            form,
            lambda headers: self._transport.write("POST", UPLOAD, data=form, files=files, headers=headers),
        )
        if ticket := _TICKET.search(answer.content):
            return ticket[1].decode()
        if error := _ERROR.search(answer.content):
            said = {
                "stat": "fail",
                "code": int(error[1]),
                "message": unescape(error[2].decode(errors="replace")),
            }
            self._judged(said, is_write=True)
        raise OutcomeUnknown("Flickr's answer to an upload is none that its documentation knows.")

    def _signed(
        self, method: str, url: str, params: Mapping[str, str], send: Callable[[dict[str, str]], Answer]
    ) -> Answer:
        try:
            return send({"Authorization": self._authorization(method, url, params)})
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise
        except Forbidden as error:
            error.scope = error.scope or "write"
            raise

    def _authorization(self, method: str, url: str, params: Mapping[str, str]) -> str:
        secrets = self._credentials.load()
        names = ("api_secret", "oauth_token", "oauth_token_secret")
        if not all(secrets.get(name) for name in names):
            raise AuthExpired("The connection has no token; connect the account again.")
        self._transport.redactor.hide(*(secrets[name] for name in names))
        keys = Keys(secrets["api_key"], *(secrets[name] for name in names))
        now = int(self._transport.now().timestamp())
        return authorization(method, url, params, keys, nonce=random_words.token_hex(12), timestamp=now)

    def _judged(self, body: Body, *, is_write: bool) -> Body:
        if body.get("stat") == "ok":
            return body
        if body.get("stat") != "fail":
            drift = "Flickr's answer says neither ok nor fail."
            raise OutcomeUnknown(drift) if is_write else SpecDrift(drift)
        error = _problem(body, is_write=is_write)
        if isinstance(error, AuthExpired):
            self._credentials.refused(error.text)
        raise error


def _problem(body: Body, *, is_write: bool) -> NetworkError:
    code, text = int(body.get("code") or 0), f"Flickr: {body.get('message') or 'no reason told'}"
    if code in _SIGN_IN_AGAIN:
        return AuthExpired(text)
    if code in _MISSING_RIGHT:
        return Forbidden(text, "write")
    if code in _NOT_NOW or code in _PERHAPS_WRITTEN:
        return OutcomeUnknown(text) if is_write else Unavailable(text)
    if "not found" in text.lower() or "invalid photo" in text.lower() or "invalid comment" in text.lower():
        return Gone(text)
    return Invalid(text, "images" if code in (2, 4, 5) and is_write else "text")


def _call(method: str, params: Mapping[str, str]) -> dict[str, str]:
    return {"method": method, "format": "json", "nojsoncallback": "1", **params}
