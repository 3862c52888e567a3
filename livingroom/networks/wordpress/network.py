"""WordPress: a blog of the brand's own, with its comments and pingbacks."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from livingroom.networks.connecting import new_state
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid, SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Limits,
    Metrics,
    Network,
    Page,
    Published,
    Redirect,
    Ref,
    Rendered,
    Scope,
    Stream,
    ThreadPost,
)
from livingroom.networks.transport import Transport
from livingroom.networks.wordpress import reading, writing
from livingroom.networks.wordpress.client import WordPressClient, find_api
from livingroom.networks.wordpress.render import LIMITS, render

Row = dict[str, Any]


class WordPressNetwork(Network):
    name: ClassVar[str] = "wordpress"
    title: ClassVar[str] = "WordPress"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "links"}),
        edit=True,
        react=False,
        hide=True,
        images=True,
        why_not={
            "react": "WordPress knows no likes of its own.",
            "webhook": "WordPress sends nothing by itself; Livingroom asks.",
        },
    )
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField("server_url", "Address of the site", "Such as https://blog.example.com."),
        ConnectField(
            "username",
            "User name",
            "Leave this and the password empty to allow it on the site's own page.",
            required=False,
        ),
        ConnectField(
            "app_password",
            "Application password",
            "Six groups of four, not the password you sign in with.",
            secret=True,
            required=False,
        ),
    )
    connect_guide: ClassVar[tuple[str, ...]] = (
        "On the site, make a user for the brand with the role Editor: it may publish, upload and moderate.",
        "Quickest: type only the address here; the site asks that user to allow Livingroom and brings you back.",
        "By hand: Users, Profile, Application Passwords: add one named Livingroom and paste it here. It is shown once.",
    )
    connect_minutes: ClassVar[int] = 2
    connect_scopes: ClassVar[tuple[Scope, ...]] = (
        Scope("publish_posts", "to publish posts"),
        Scope("edit_published_posts", "to correct what was published"),
        Scope("delete_published_posts", "to take a post down"),
        Scope("upload_files", "to send pictures"),
        Scope(
            "moderate_comments", "to see which comments wait, to hide one, and to find our own answers again"
        ),
    )

    @cached_property
    def client(self) -> WordPressClient:
        return WordPressClient(self.transport, self.credentials)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected | Redirect:
        site = _address(form.get("server_url", ""))
        username, password = form.get("username", "").strip(), form.get("app_password", "").strip()
        api = find_api(transport, site)
        if bool(username) != bool(password):
            missing = "app_password" if username else "username"
            raise Invalid("User name and application password go together; or leave both empty.", missing)
        if username:
            return cls._connected(transport, site, api, username, password)
        return _ask_the_site(transport, site, api, form.get("redirect_uri", ""))

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected:
        if params.get("success") == "false":
            raise Invalid("The site says that Livingroom was not allowed.", "server_url")
        username, password = params.get("user_login", ""), params.get("password", "")
        if not username or not password:
            raise Invalid("The site sent no application password back.", "app_password")
        return cls._connected(transport, params["server_url"], params["api"], username, password)

    @classmethod
    def _connected(cls, transport: Transport, site: str, api: str, username: str, password: str) -> Connected:
        secrets = {"api": api, "username": username, "app_password": password}
        account = cls(
            transport=transport, credentials=CredentialsInMemory(secrets), server_url=site, account_id=""
        )
        try:
            return Connected(account.check(), site, secrets)
        except AuthExpired:
            raise Invalid(
                f"{site} does not accept this name and application password.", "app_password"
            ) from None

    def refresh(self) -> None:
        """An application password does not end by itself; `check` asks whether it still opens."""

    def check(self) -> AccountInfo:
        user, index = self.client.one("/wp/v2/users/me", {"context": "edit"}), self.client.index()
        try:
            rights = frozenset(name for name, has in dict(user["capabilities"]).items() if has)
            home = str(index["home"]).rstrip("/")
            account = AccountInfo(
                account_id=f"{home.split('://', 1)[-1]}#{user['id']}",
                handle=f"{user['slug']}@{urlsplit(home).hostname}",
                name=str(index["name"] or user["name"]),
                url=home,
                followers=0,
                n_posts=self.client.count("/wp/v2/posts", {}),
                scopes=rights & {scope.name for scope in self.connect_scopes},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SpecDrift(f"WordPress's account has no {error}.") from None
        missing = [scope.name for scope in self.connect_scopes if scope.name not in rights]
        if missing:
            raise Forbidden(
                f"{account.handle} may not: {', '.join(missing)}. Give the user the role Editor.", missing[0]
            )
        return account

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        _refuse_what_does_not_fit(rendered)
        return writing.write_post(self.client, rendered, key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        return writing.find_written(self.client, rendered, key, since)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        _refuse_what_does_not_fit(rendered)
        return writing.write_comment(self.client, to, rendered, key)

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        _refuse_what_does_not_fit(rendered)
        return writing.edit_post(self.client, ref, rendered)

    def delete(self, ref: Ref) -> None:
        """Into the trash: on the site itself it can be brought back for thirty days."""
        try:
            kind, number = reading.split_ref(ref)
            self.client.write("DELETE", f"/wp/v2/{kind}s/{number}")
        except Gone:
            return

    def react(self, ref: Ref) -> None:
        raise Forbidden(self.capabilities.why_not["react"], "react")

    def hide(self, ref: Ref) -> None:
        """Send a comment back to those that wait for approval."""
        kind, number = reading.split_ref(ref)
        if kind != "comment":
            raise Forbidden("Only comments can be hidden; a post of ours is deleted.", "hide")
        self.client.write("POST", f"/wp/v2/comments/{number}", {"status": "hold"})

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        if stream not in self.capabilities.streams:
            raise Forbidden(f"WordPress tells nothing of {stream}.", stream)
        return reading.poll_comments(self.client, stream, cursor, self.client.own_id())

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return reading.read_thread(self.client, ref)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return reading.count_reactions(self.client, refs)


def _address(typed: str) -> str:
    address = typed.strip().rstrip("/")
    if address and "://" not in address:
        address = f"https://{address}"
    if not urlsplit(address).hostname:
        raise Invalid("The address of the site is missing, such as https://blog.example.com.", "server_url")
    return address


def _ask_the_site(transport: Transport, site: str, api: str, redirect_uri: str) -> Redirect:
    """The site's own page, on which its user allows Livingroom and gets an application password for it.

    https://developer.wordpress.org/advanced-administration/security/application-passwords/
    """
    index = WordPressClient(transport, CredentialsInMemory({"api": api})).index_unsigned(api)
    ways = (index.get("authentication") or {}).get("application-passwords") or {}
    page = str((ways.get("endpoints") or {}).get("authorization") or "")
    if not page:
        raise Invalid(
            "This site has application passwords switched off (they need https). Ask who runs it.",
            "server_url",
        )
    if not redirect_uri:
        raise Invalid("Type user name and application password.", "username")
    state = new_state()
    back = f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode({'state': state})}"
    query = {
        "app_name": "Livingroom",
        "app_id": str(uuid.uuid5(uuid.NAMESPACE_URL, redirect_uri)),
        "success_url": back,
    }
    separator = "&" if "?" in page else "?"
    return Redirect(f"{page}{separator}{urlencode(query)}", state, {"server_url": site, "api": api})


def _refuse_what_does_not_fit(rendered: Rendered) -> None:
    """WordPress itself would take it, or cut a comment off without a word."""
    for problem in rendered.problems:
        if problem.blocks:
            raise Invalid(problem.text, problem.field)
