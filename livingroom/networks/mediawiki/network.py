"""MediaWiki: a wiki of the brand's own or one where it takes part, with its talk pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid, NetworkError, SpecDrift
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
    Ref,
    Rendered,
    Scope,
    Stream,
    ThreadPost,
)
from livingroom.networks.markup import links_of
from livingroom.networks.mediawiki import noticing, pages, reading
from livingroom.networks.mediawiki.client import MediaWikiClient, log_in
from livingroom.networks.mediawiki.render import LIMITS, render
from livingroom.networks.transport import Transport


class MediaWikiNetwork(Network):
    name: ClassVar[str] = "mediawiki"
    title: ClassVar[str] = "MediaWiki"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "mentions", "links"}),
        edit=True,
        react=False,
        hide=True,
        why_not={
            "react": "A wiki knows no likes.",
            "webhook": "MediaWiki sends nothing by itself; Livingroom asks.",
            "images": "Pictures are uploaded on the wiki itself, with their licence.",
        },
    )
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField(
            "server_url", "Address of the wiki", "Any page of it, such as https://wiki.example.com."
        ),
        ConnectField("username", "Bot user name", "Account and bot, such as Shop@livingroom."),
        ConnectField("bot_password", "Bot password", "Shown once, when the bot is made.", secret=True),
        ConnectField(
            "page",
            "Where posts go",
            "With a slash at its end, each post is a page under this name; without, a section of this page.",
            required=False,
            initial="News/",
        ),
        ConnectField(
            "site",
            "Your web site",
            "Such as shop.example.com: pages of the wiki that link there are told.",
            required=False,
        ),
    )
    connect_guide: ClassVar[tuple[str, ...]] = (
        "On the wiki, signed in as the brand, open Special:BotPasswords and make a bot named livingroom.",
        "Tick: edit existing pages; create, edit and move pages; view and edit your watchlist; delete pages.",
        "Paste the user name (with the @) and the password that is shown once.",
    )
    connect_minutes: ClassVar[int] = 3
    connect_scopes: ClassVar[tuple[Scope, ...]] = (
        Scope("edit", "to write"),
        Scope("createpage", "to make a page for each post"),
        Scope("createtalk", "to open a talk page"),
        Scope("viewmywatchlist", "to see what is said about our pages"),
        Scope("editmywatchlist", "to watch the pages that we make"),
        Scope("delete", "to take a page down; without it, ask an administrator of the wiki", required=False),
    )

    @cached_property
    def client(self) -> MediaWikiClient:
        return MediaWikiClient(self.transport, self.credentials)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected:
        username, password = form.get("username", "").strip(), form.get("bot_password", "").strip()
        if "@" not in username:
            raise Invalid("A bot's user name has an @ in it, such as Shop@livingroom.", "username")
        if not password:
            raise Invalid("The bot password is missing.", "bot_password")
        api = find_api(transport, form.get("server_url", ""))
        site = form.get("site", "").strip().split("://", 1)[-1].rstrip("/")
        secrets = {
            "api": api,
            "username": username,
            "bot_password": password,
            "page": form.get("page", "").strip(),
        }
        secrets |= {"site": site, "user": username.partition("@")[0]}
        try:
            secrets["cookies"] = log_in(transport, secrets)
        except AuthExpired as error:
            raise Invalid(f"The wiki does not accept this bot: {error.text}", "bot_password") from None
        server_url = api.removesuffix("/api.php")
        account = cls(
            transport=transport,
            credentials=CredentialsInMemory(secrets),
            server_url=server_url,
            account_id="",
        )
        return Connected(account.check(), server_url, secrets)

    def refresh(self) -> None:
        self.client.refresh()

    def check(self) -> AccountInfo:
        asked = {"meta": "userinfo|siteinfo", "uiprop": "rights|editcount", "siprop": "general"}
        body = self.client.query(**asked).get("query") or {}
        try:
            user, site = body["userinfo"], body["general"]
            address = self.client.settings["api"].removesuffix("/api.php")
            rights = frozenset(map(str, user["rights"]))
            account = AccountInfo(
                account_id=f"{address.split('://', 1)[-1]}#{int(user['id'])}",
                handle=f"{user['name']}@{urlsplit(address).hostname}",
                name=str(site["sitename"]),
                url=f"{address}/index.php?title=User:{str(user['name']).replace(' ', '_')}",
                followers=0,
                n_posts=int(user.get("editcount") or 0),
                scopes=rights & {scope.name for scope in self.connect_scopes},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SpecDrift(f"MediaWiki's account has no {error}.") from None
        missing = [scope.name for scope in self.connect_scopes if scope.required and scope.name not in rights]
        if missing:
            raise Forbidden(
                f"{account.handle} may not: {', '.join(missing)}. Tick it for the bot.", missing[0]
            )
        return account

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        _refuse_what_does_not_fit(rendered)
        return pages.write_page(self.client, rendered, key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        return pages.find_written(self.client, key, since)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        _refuse_what_does_not_fit(rendered)
        return pages.write_answer(self.client, to, rendered, key)

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        _refuse_what_does_not_fit(rendered)
        return pages.edit_written(self.client, ref, rendered)

    def delete(self, ref: Ref) -> None:
        try:
            kind, number = pages.split_ref(ref)
            if kind == "page":
                self.client.write("delete", pageid=number, reason="Taken down by its author")
            else:
                pages.take_out(self.client, number)
        except Gone:
            return

    def react(self, ref: Ref) -> None:
        raise Forbidden(self.capabilities.why_not["react"], "react")

    def hide(self, ref: Ref) -> None:
        """Take somebody's words off the talk page; the history keeps them."""
        kind, number = pages.split_ref(ref)
        if kind != "rev":
            raise Forbidden("Only what was said on a talk page can be hidden; a page is deleted.", "hide")
        pages.take_out(self.client, number)

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        ways = {
            "replies": reading.poll_talk,
            "mentions": noticing.poll_mentions,
            "links": noticing.poll_links,
        }
        if stream not in ways:
            raise Forbidden(f"MediaWiki tells nothing of {stream}.", stream)
        return ways[stream](self.client, cursor)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return reading.read_thread(self.client, ref)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return reading.count_answers(self.client, refs)


def find_api(transport: Transport, typed: str) -> str:
    """The api.php of a wiki: a page of it names it (EditURI); else it stands in one of the usual places. Raises Invalid."""
    address = typed.strip().rstrip("/")
    if address and "://" not in address:
        address = f"https://{address}"
    if not urlsplit(address).hostname:
        raise Invalid("The address of the wiki is missing, such as https://wiki.example.com.", "server_url")
    if address.endswith("/api.php"):
        return address
    found = _named_by(transport, f"{address}/index.php") or _named_by(transport, address)
    for candidate in [found, f"{address}/w/api.php", f"{address}/api.php"]:
        if candidate and _is_api(transport, candidate):
            return candidate
    raise Invalid(f"{address} does not say that it is a MediaWiki with its API switched on.", "server_url")


def _named_by(transport: Transport, page: str) -> str:
    try:
        answer = transport.read("GET", page, params={"title": "Special:Version"})
    except (Gone, Invalid, SpecDrift, Forbidden):
        return ""
    links = links_of(answer.content.decode(errors="replace"), page)
    named = next((link.url for link in links if "edituri" in link.rel), "")
    return urljoin(page, named).partition("?")[0] if named else ""


def _is_api(transport: Transport, address: str) -> bool:
    asked = {"action": "query", "meta": "siteinfo", "format": "json", "formatversion": "2"}
    try:
        body = transport.read("GET", address, params=asked).json()
    except NetworkError:
        return False
    return "MediaWiki" in str(((body.get("query") or {}).get("general") or {}).get("generator", ""))


def _refuse_what_does_not_fit(rendered: Rendered) -> None:
    """The wiki itself would take it."""
    for problem in rendered.problems:
        if problem.blocks:
            raise Invalid(problem.text, problem.field)
