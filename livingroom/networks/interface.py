"""The one interface behind which every network stands. Plain Python; a connector is found by name in registry.py.

How to call the writes: before any second attempt at the same key, whatever the first answer was, ask `find_published`.
A network with `own_key` forgives a write sent twice; the others do not.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import httpx

from livingroom.networks.connecting import AccountInfo as AccountInfo
from livingroom.networks.connecting import AppRefused as AppRefused
from livingroom.networks.connecting import Choices as Choices
from livingroom.networks.connecting import Connected as Connected
from livingroom.networks.connecting import ConnectField as ConnectField
from livingroom.networks.connecting import Finding as Finding
from livingroom.networks.connecting import Limits as Limits
from livingroom.networks.connecting import Redirect as Redirect
from livingroom.networks.connecting import Scope as Scope
from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import Forbidden, Invalid, NetworkError
from livingroom.networks.prices import price_of_post
from livingroom.networks.spending import ReadingBook, ReadingBudget
from livingroom.networks.transport import Transport
from livingroom.networks.vocabulary import Capabilities as Capabilities
from livingroom.networks.vocabulary import Card as Card
from livingroom.networks.vocabulary import Cost as Cost
from livingroom.networks.vocabulary import Draft as Draft
from livingroom.networks.vocabulary import Event as Event
from livingroom.networks.vocabulary import Facet as Facet
from livingroom.networks.vocabulary import Followers as Followers
from livingroom.networks.vocabulary import Image as Image
from livingroom.networks.vocabulary import Metrics as Metrics
from livingroom.networks.vocabulary import Page as Page
from livingroom.networks.vocabulary import Person as Person
from livingroom.networks.vocabulary import Published as Published
from livingroom.networks.vocabulary import Ref as Ref
from livingroom.networks.vocabulary import Rendered as Rendered
from livingroom.networks.vocabulary import Solved as Solved
from livingroom.networks.vocabulary import SolvedPage as SolvedPage
from livingroom.networks.vocabulary import Stream as Stream
from livingroom.networks.vocabulary import ThreadPost as ThreadPost


class Network(ABC):
    """One account on one network."""

    name: ClassVar[str]
    title: ClassVar[str]
    limits: ClassVar[Limits]
    capabilities: ClassVar[Capabilities]
    connect_fields: ClassVar[tuple[ConnectField, ...]]
    connect_guide: ClassVar[tuple[str, ...]]
    # What the guided page says before anybody begins; the same words stand in the table of docs/networks.md.
    connect_minutes: ClassVar[int] = 5
    connect_price: ClassVar[str] = "Free of charge."
    connect_review: ClassVar[str] = "Nobody's review is needed."
    connect_scopes: ClassVar[tuple[Scope, ...]] = ()
    # The app of the owner on the network's side, where one is needed: typed once, kept encrypted, for all accounts there.
    app_fields: ClassVar[tuple[ConnectField, ...]] = ()
    app_guide: ClassVar[tuple[str, ...]] = ()
    # True: the app registers itself, once per server, with `register_app`.
    registers_itself: ClassVar[bool] = False
    # Where reading is written down, for networks that charge for it; None where nobody keeps a book.
    readings: ReadingBook | None = None

    def __init__(
        self, *, transport: Transport, credentials: CredentialStore, server_url: str, account_id: str
    ) -> None:
        self.transport = transport
        self.credentials = credentials
        self.server_url = server_url
        self.account_id = account_id

    @classmethod
    def inner_transport(cls) -> httpx.BaseTransport | None:
        """The way to a network that does not stand on the internet; None is the guarded way out."""
        return None

    # Connecting

    @classmethod
    @abstractmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected | Redirect:
        """Start connecting with what the person typed. Raises Invalid with the field that is wrong."""

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected | Choices:
        """End a connection that went over the network's own pages. `params` is what came back and what `begin` kept.

        Raises Invalid when the person said no, AppRefused when the network does not know the app.
        """
        raise Forbidden(f"{cls.title} connects in one step; nothing comes back from it.")

    @classmethod
    def app_server(cls, form: Mapping[str, str]) -> str:
        """The server whose app this form needs; empty where one app serves all. Raises Invalid."""
        return ""

    @classmethod
    def register_app(cls, form: Mapping[str, str], transport: Transport) -> Mapping[str, str]:
        """Register Livingroom with the server of this form; what comes back is kept encrypted and given to `begin`."""
        raise Forbidden(f"{cls.title} wants an app that its owner makes by hand.")

    @classmethod
    def missing_fields(cls, form: Mapping[str, str]) -> list[Finding]:
        """What must be typed and is not."""
        return [
            Finding(f"{wanted.label} is missing.", field=wanted.name)
            for wanted in (*cls.app_fields, *cls.connect_fields)
            if wanted.required and not form.get(wanted.name, "").strip()
        ]

    @classmethod
    def try_out(cls, form: Mapping[str, str], transport: Transport) -> list[Finding]:
        """Answer *check* before connecting, keeping nothing: what is missing, by field, or who the network says we are."""
        missing = cls.missing_fields(form)
        if missing:
            return missing
        try:
            begun = cls.begin(form, transport)
        except Invalid as error:
            return [Finding(error.text, field=error.field)]
        except Forbidden as error:
            return [Finding(error.text, scope=error.scope)]
        except NetworkError as error:
            return [Finding(error.text)]
        if isinstance(begun, Redirect):
            return [Finding(f"All is there. {cls.title} asks for the rest on its own page.", is_well=True)]
        return [
            Finding(f"{cls.title} knows us as {begun.account.handle}.", is_well=True),
            *cls.scope_findings(begun.account),
        ]

    @classmethod
    def scope_findings(cls, account: AccountInfo) -> list[Finding]:
        """Say of each right whether we hold it, where the network tells."""
        held = account.scopes
        if held is None:
            return []
        return [
            Finding(
                f"{scope.name}: allowed." if scope.name in held else f"{scope.name} is missing: {scope.why}",
                is_well=scope.name in held or not scope.required,
                scope=scope.name,
            )
            for scope in cls.connect_scopes
        ]

    @abstractmethod
    def refresh(self) -> None:
        """Renew the session now, once, even when two workers ask."""

    @abstractmethod
    def check(self) -> AccountInfo:
        """Ask the network who we are. Raises AuthExpired when it does not know us any more."""

    # Before sending: pure

    @classmethod
    @abstractmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        """Show the draft as this network would, split when it may be."""

    @classmethod
    def estimate(cls, rendered: Rendered) -> Cost:
        """Say what sending this costs: the network's price, with or without a link of ours."""
        return price_of_post(cls.name, has_link=bool(rendered.link))

    @classmethod
    def estimate_read(cls, stream: Stream, n_events: int = 100) -> Cost:
        """Say what reading so many events costs."""
        return Cost()

    def reading_budget(self) -> ReadingBudget | None:
        """What reading may cost a day; None where it costs nothing."""
        return None

    # Writing

    @abstractmethod
    def publish(self, rendered: Rendered, key: str) -> Published:
        """Write a post. Raises OutcomeUnknown when the answer was lost."""

    @abstractmethod
    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """Look on the network for what `publish` or `reply` wrote under this key."""

    @abstractmethod
    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        """Answer a post. Raises Gone when it is no longer there."""

    @abstractmethod
    def delete(self, ref: Ref) -> None:
        """Take a post down; one that is gone already is fine."""

    @abstractmethod
    def react(self, ref: Ref) -> None:
        """Like a post; twice is once."""

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        """Change a post, where the network knows how to."""
        raise Forbidden(self.capabilities.why_not.get("edit", f"{self.title} cannot edit posts."), "edit")

    def hide(self, ref: Ref) -> None:
        """Hide somebody's answer under our post, where the network knows how to."""
        raise Forbidden(self.capabilities.why_not.get("hide", f"{self.title} cannot hide answers."), "hide")

    # Reading

    @abstractmethod
    def poll(self, stream: Stream, cursor: str = "") -> Page:
        """Read what is new since `cursor`; an empty cursor begins with what the network still has."""

    def followers(self, cursor: str = "") -> Followers:
        """Read who follows the account, a page at a time, where the network tells; any order, each at least once.

        Raises Invalid when the network has forgotten the cursor: begin anew.
        """
        sentence = f"{self.title} does not tell who follows an account; their number is read."
        raise Forbidden(self.capabilities.why_not.get("follower_names", sentence), "follower_names")

    def solved(self, cursor: str = "") -> SolvedPage:
        """Read which public questions have an accepted answer, newest first, where the network knows such a thing."""
        sentence = f"{self.title} does not know which questions were answered."
        raise Forbidden(self.capabilities.why_not.get("solved", sentence), "solved")

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Page:
        """Read what the network sent us by itself, after its signature was found right. Raises Forbidden when it is wrong."""
        raise Forbidden(
            self.capabilities.why_not.get("webhook", f"{self.title} sends nothing by itself."), "webhook"
        )

    @abstractmethod
    def thread(self, ref: Ref) -> list[ThreadPost]:
        """Read a post and what was answered to it, parents first."""

    @abstractmethod
    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        """Count reactions, in the network's batches, in the order asked."""
