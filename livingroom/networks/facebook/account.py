"""What a Facebook page and an Instagram account share: Meta's way to sign in, to stay signed in and to be read."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Protocol

from livingroom.networks.connecting import Choices
from livingroom.networks.facebook import signin
from livingroom.networks.facebook.client import GraphClient
from livingroom.networks.facebook.polling import walk
from livingroom.networks.interface import (
    AccountInfo,
    Connected,
    ConnectField,
    Event,
    Metrics,
    Network,
    Page,
    Redirect,
    Ref,
    Stream,
    ThreadPost,
)
from livingroom.networks.transport import Transport

Body = dict[str, Any]


class Reader(Protocol):
    """Reads one account; comments and mentions in pages, the way `walk` wants them."""

    def comments(self, after: str, floor: datetime | None) -> tuple[list[Event], str]: ...
    def mentions(self, after: str, floor: datetime | None) -> tuple[list[Event], str]: ...
    def thread(self, ref: Ref) -> list[ThreadPost]: ...
    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]: ...


class GraphAccount(Network):
    """One account behind the Graph API. A page opens it: its own, or the one that the account is linked to."""

    app_fields: ClassVar[tuple[ConnectField, ...]] = signin.APP_FIELDS
    connect_review: ClassVar[str] = "No review, as long as the people who connect have a role on the app."
    # The field of the form that says which of several is meant; what to ask of each page; what to say when there is none.
    meant_by: ClassVar[str]
    page_fields: ClassVar[str]
    none_found: ClassVar[str]

    @cached_property
    def client(self) -> GraphClient:
        return GraphClient(self.transport, self.credentials)

    @property
    @abstractmethod
    def account_reader(self) -> Reader:
        """Reads this account."""

    @classmethod
    @abstractmethod
    def account_on(cls, page: Body, scopes: frozenset[str]) -> AccountInfo | None:
        """The account that a page opens; None where it opens none."""

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected | Redirect:
        if not form.get("user_token", "").strip():
            return signin.begin_signing_in(form, cls.connect_scopes)
        found = cls._accounts(signin.take_token(form, transport), transport)
        return signin.the_one_meant(found, cls.meant(form), cls.meant_by)

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected | Choices:
        return signin.one_or_many(
            cls._accounts(signin.trade_code(params, transport), transport), cls.none_found
        )

    @classmethod
    def meant(cls, form: Mapping[str, str]) -> str:
        return form.get(cls.meant_by, "")

    @classmethod
    def kept_of(cls, account: AccountInfo) -> Mapping[str, str]:
        """What is kept beside the page's secrets."""
        return {}

    @classmethod
    def _accounts(cls, secrets: Mapping[str, str], transport: Transport) -> list[Connected]:
        scopes = signin.rights_of(transport, secrets, cls.connect_scopes)
        found = []
        for page in signin.pages_of(transport, secrets, cls.page_fields):
            account = cls.account_on(page, frozenset(scopes.split()))
            if account is not None:
                opened = signin.with_page(transport, {**secrets, "scopes": scopes}, page)
                kept = {**opened, **cls.kept_of(account)}
                found.append(Connected(account, signin.GRAPH, kept, signin.expiry_of(kept)))
        return found

    def refresh(self) -> None:
        self.client.refresh()

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        reader = self.account_reader
        return walk(reader.comments if stream == "replies" else reader.mentions, cursor, self.transport.now())

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return self.account_reader.thread(ref)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return self.account_reader.metrics(refs)
