"""X: posts with a price each, and reading with a price for each post found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.connecting import Scope
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Gone, Invalid, OutcomeUnknown, SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Cost,
    Draft,
    Limits,
    Metrics,
    Network,
    Page,
    Published,
    Redirect,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.prices import price_of_post
from livingroom.networks.spending import ReadingBookInMemory, ReadingBudget
from livingroom.networks.transport import Transport
from livingroom.networks.x import posts, signin
from livingroom.networks.x.addresses import ADDRESS
from livingroom.networks.x.client import SERVER, XClient
from livingroom.networks.x.guide import (
    APP_FIELDS,
    APP_GUIDE,
    CONNECT_FIELDS,
    CONNECT_GUIDE,
    DAILY_BUDGET,
    WHY_NOT,
)
from livingroom.networks.x.problems import Duplicate, problem_inside
from livingroom.networks.x.reacting import PEOPLE_A_DAY, POSTS, ReactionReader
from livingroom.networks.x.reading import LARGEST_PAGE, OWN_READ, READ, AccountReader
from livingroom.networks.x.render import LIMITS, render

Body = dict[str, Any]


class XNetwork(Network):
    name: ClassVar[str] = "x"
    title: ClassVar[str] = "X"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "mentions", "reactions"}),
        hide=True,
        card=False,
        images=True,
        why_not=WHY_NOT,
    )
    app_fields: ClassVar[tuple[ConnectField, ...]] = APP_FIELDS
    app_guide: ClassVar[tuple[str, ...]] = APP_GUIDE
    connect_fields: ClassVar[tuple[ConnectField, ...]] = CONNECT_FIELDS
    connect_guide: ClassVar[tuple[str, ...]] = CONNECT_GUIDE
    connect_minutes: ClassVar[int] = 15
    connect_price: ClassVar[str] = (
        "0.015 $ a post, 0.20 $ a post with a link, 0.005 $ for each post read: buy credit first."
    )
    connect_scopes: ClassVar[tuple[Scope, ...]] = signin.SCOPES

    @cached_property
    def client(self) -> XClient:
        return XClient(self.transport, self.credentials)

    @cached_property
    def budget(self) -> ReadingBudget:
        """What reading may cost a day; the person said so when connecting."""
        a_day = _budget(self.credentials.load().get("daily_budget", ""))
        return ReadingBudget(self.readings or ReadingBookInMemory(), a_day, "USD", self.transport.now)

    @cached_property
    def reader(self) -> AccountReader:
        return AccountReader(self.client, self.budget, self.account_id)

    # Connecting

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Redirect:
        budget = _budget(form.get("daily_budget", ""))
        return signin.begin_signing_in(form, {"daily_budget": str(budget)})

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected:
        secrets = signin.trade_code(params, transport)
        secrets["daily_budget"] = params.get("daily_budget", "")
        client = XClient(transport, CredentialsInMemory(secrets))
        return Connected(_account(_me(client), client), SERVER, secrets)

    def refresh(self) -> None:
        self.client.refresh()

    def check(self) -> AccountInfo:
        account = _account(_me(self.client), self.client)
        self.budget.note(1, OWN_READ)
        if account.account_id != self.account_id:
            raise SpecDrift("X's token is for another account.")
        return account

    # Before sending

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    @classmethod
    def estimate(cls, rendered: Rendered) -> Cost:
        # X charges for any address in the text, not only for ours.
        return price_of_post(cls.name, has_link=bool(ADDRESS.search(rendered.text)))

    @classmethod
    def estimate_read(cls, stream: Stream, n_events: int = LARGEST_PAGE) -> Cost:
        if stream == "reactions":
            amount = POSTS * OWN_READ + PEOPLE_A_DAY * READ
            return Cost(amount, "USD", {}, f"at most {amount} $ a day: {PEOPLE_A_DAY} people who reacted")
        why = f"{n_events} posts read at {READ} $ each; what is not there costs nothing"
        return Cost(n_events * READ, "USD", {}, why)

    def reading_budget(self) -> ReadingBudget:
        return self.budget

    # Writing

    def publish(self, rendered: Rendered, key: str) -> Published:
        return self._post(rendered, key, {})

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        return self._post(rendered, key, {"reply": {"in_reply_to_tweet_id": to.id}})

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """X has no keys of ours: look for our link among our own posts, or for the very words."""
        row = self.reader.find(rendered, since)
        return Published(posts.ref_of(row.get("id")), posts.moment_of(row), key) if row else None

    def delete(self, ref: Ref) -> None:
        try:
            self.client.write("DELETE", f"/2/tweets/{ref.id}", scope="tweet.write")
        except Gone:
            return

    def react(self, ref: Ref) -> None:
        self.client.write(
            "POST", f"/2/users/{self.account_id}/likes", {"tweet_id": ref.id}, scope="like.write"
        )

    def hide(self, ref: Ref) -> None:
        self.client.write("PUT", f"/2/tweets/{ref.id}/hidden", {"hidden": True}, scope="tweet.moderate.write")

    def _post(self, rendered: Rendered, key: str, more: Body) -> Published:
        body: Body = {"text": rendered.text, **more}
        if rendered.images:
            body["media"] = {"media_ids": [self.client.upload(image) for image in rendered.images]}
        try:
            answer = self.client.write("POST", "/2/tweets", body, scope="tweet.write")
        except Duplicate:
            found = self._already_there(rendered, key)
            if found is None:
                raise
            return found
        data = answer.get("data")
        if not isinstance(data, dict) or not str(data.get("id", "")).isdigit():
            raise OutcomeUnknown("X's answer names no post.")
        return Published(posts.ref_of(data["id"]), posts.moment_of(data), key)

    def _already_there(self, rendered: Rendered, key: str) -> Published | None:
        """Our own post, if the same words can only be ours: a link belongs to one placement."""
        if not rendered.link:
            return None
        return self.find_published(rendered, key, self.transport.now().replace(hour=0, minute=0, second=0))

    # Reading

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        if stream == "reactions":
            return ReactionReader(self.client, self.budget, self.account_id, self.transport.now()).poll(
                cursor
            )
        return self.reader.poll(stream, cursor)

    def search(self, query: str, cursor: str = "") -> Page:
        """Posts of the last seven days that match, in X's own language of queries."""
        return self.reader.search(query, cursor)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return self.reader.thread(ref)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return self.reader.metrics(refs)


def _me(client: XClient) -> Body:
    body = client.read("/2/users/me", {"user.fields": "name,public_metrics,username"}, scope="users.read")
    data = body.get("data")
    if not isinstance(data, dict):
        raise problem_inside(body)
    return data


def _account(me: Body, client: XClient) -> AccountInfo:
    counts = me.get("public_metrics") or {}
    try:
        handle = str(me["username"])
        return AccountInfo(
            account_id=str(me["id"]),
            handle=handle,
            name=str(me.get("name") or handle),
            url=f"https://x.com/{handle}",
            followers=int(counts.get("followers_count") or 0),
            n_posts=int(counts.get("post_count", counts.get("tweet_count")) or 0),
            scopes=client.scopes(),
        )
    except KeyError as error:
        raise SpecDrift(f"X's account has no {error}.") from None


def _budget(typed: str) -> Decimal:
    """Dollars a day. Raises Invalid."""
    try:
        amount = Decimal(typed.strip() or DAILY_BUDGET)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise Invalid("The budget is an amount in dollars, such as 1.50.", "daily_budget")
    return amount
