from datetime import UTC, datetime

import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Ref
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.models import SandboxAccount, SandboxPost
from livingroom.networks.sandbox.network import SandboxNetwork
from livingroom.networks.sandbox.transport import SandboxTransport
from livingroom.networks.transport import Transport
from tests.networks.conformance import Conformance, Fault, Proof, Stage

pytestmark = pytest.mark.django_db

KINDS = {
    Fault.ACCEPT_THEN_LOSE: "accept_then_timeout",
    Fault.LOSE: "timeout",
    Fault.TOO_MANY: "too_many",
    Fault.TOO_MANY_NO_TIME: "too_many_no_time",
    Fault.UNAUTHORIZED: "revoked",
    Fault.FORBIDDEN: "forbidden",
    Fault.UNAVAILABLE: "unavailable",
    Fault.GARBLED: "garbled",
    Fault.CURSOR_LOST: "cursor_lost",
}


class SandboxStage(Stage):
    def __init__(self) -> None:
        self._connect()

    def _connect(self) -> None:
        transport = Transport(inner=SandboxTransport(), sleep=lambda seconds: None)
        connected = SandboxNetwork.begin({"handle": "corner"}, transport)
        assert isinstance(connected, Connected)
        self.secrets = tuple(connected.credentials.values())
        self.network = SandboxNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url="",
            account_id=connected.account.account_id,
        )

    @property
    def account(self) -> SandboxAccount:
        return SandboxAccount.objects.get(handle="corner")

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        arm_fault(self.account, KINDS[fault], only_writes=writes)

    def reconnect(self) -> None:
        self._connect()

    def count_posts(self, text: str) -> int:
        return self.account.posts.standing().filter(text=text).count()

    def facet_texts(self, ref: Ref) -> list[str]:
        post = SandboxPost.objects.get(pk=ref.id)
        return [post.text.encode()[facet["start"] : facet["end"]].decode() for facet in post.facets]

    def someone_replies(self, to: Ref, text: str) -> Ref:
        now = datetime.now(UTC)
        answer = public.reply_as(
            public.join("ana", now=now), SandboxPost.objects.get(pk=to.id), text, now=now
        )
        return Ref(str(answer.pk))


@pytest.fixture
def stage() -> Stage:
    return SandboxStage()


class TestSandbox(Conformance):
    proof = Proof("sandbox", "itself", "the network is part of Livingroom; faults strike on its wire")
