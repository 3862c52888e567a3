"""Our connector in front of snac2, with the fault proxy between. Its addresses name its own port, not the proxy's."""

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Published, Redirect, Ref, Rendered
from livingroom.networks.markup import links_of, to_text
from livingroom.networks.mastodon.network import MastodonNetwork
from livingroom.networks.transport import Transport
from scripts.peers.snac import SnacServer, SnacUser
from tests.networks.conformance import Fault, Stage, new_key, rendered, words
from tests.networks.mastodon_stage import fail_on
from tests_peers.fault_proxy import FaultProxy
from tests_peers.outsiders import surely, surely_answers

BACK = "http://127.0.0.1:8000/networks/return/"


def open_account(server: SnacServer, url: str, user: SnacUser) -> MastodonNetwork:
    """The whole way in: introduce ourselves, sign in on the server's page, come back with a code."""
    transport = Transport(allow_private=True, sleep=lambda seconds: None)
    form = {"server_url": url, "redirect_uri": BACK}
    begun = MastodonNetwork.begin({**form, **MastodonNetwork.register_app(form, transport)}, transport)
    assert isinstance(begun, Redirect)
    back = server.allow(begun.url, user)
    connected = MastodonNetwork.finish({**back, **begun.kept}, back["state"], transport)
    return MastodonNetwork(
        transport=transport,
        credentials=CredentialsInMemory(connected.credentials),
        server_url=url,
        account_id=connected.account.account_id,
    )


class SnacStage(Stage):
    network: MastodonNetwork
    patience_seconds = 30  # its queue carries even local answers, every few seconds

    def __init__(self, server: SnacServer, proxy: FaultProxy) -> None:
        self.server = server
        self.proxy = proxy
        self.user = server.create_user("corner")
        self.reconnect()
        self.outside = open_account(server, server.url, self.user)

    def reconnect(self) -> None:
        self.network = open_account(self.server, self.proxy.url, self.user)
        self.secrets = (self.network.credentials.load()["access_token"],)

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        fail_on(self.proxy, fault, writes=writes)

    def count_posts(self, text: str) -> int:
        path = f"/api/v1/accounts/{self.network.account_id}/statuses"
        rows = self.outside.client.many(path, "", limit=40)
        return sum(to_text(row["content"]) == text for row in rows)

    def facet_texts(self, ref: Ref) -> list[str]:
        status = self.outside.client.one(f"/api/v1/statuses/{ref.id}", "")
        text = to_text(status["content"])
        links = [link.url for link in links_of(status["content"], "") if "?t=" not in link.url]
        found = {*links, *(f"#{tag['name'].lstrip('#')}" for tag in status["tags"])}
        return sorted(found, key=text.lower().find)

    def say(self, post: Rendered, key: str) -> Published:
        # On a busy machine the server hangs up on a writer now and then. Where no promise arms a failure, that is none of
        # its business, and we do what the interface says; the other two Mastodon suites write without this help.
        if self.proxy.is_armed:
            return super().say(post, key)
        return surely(self.network, lambda: self.network.publish(post, key), post, key)

    def new_post(self) -> Ref:
        return self.say(rendered(self.network, words()), new_key()).ref

    def someone_replies(self, to: Ref, text: str) -> Ref:
        ana = open_account(self.server, self.server.url, self.server.create_user("ana"))
        answer = surely_answers(ana, to, text)
        # Until it is delivered, the server knows the answer but will not let us touch it.
        self.eventually(lambda: answer.id in [e.ref.id for e in self.outside.poll("replies").events if e.ref])
        return answer
