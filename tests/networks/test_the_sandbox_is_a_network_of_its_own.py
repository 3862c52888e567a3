from datetime import UTC, datetime

import httpx
import pytest
from django.db import transaction

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import OutcomeUnknown
from livingroom.networks.interface import Connected
from livingroom.networks.models import SandboxAccount, SandboxFault, SandboxPost
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.network import SandboxNetwork
from livingroom.networks.sandbox.transport import SandboxTransport
from livingroom.networks.transport import Transport
from tests.networks.conformance import new_key, read_all, rendered, words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def open_sandbox(handle: str = "corner", waited: list[float] | None = None) -> SandboxNetwork:
    inner = SandboxTransport(sleep=(waited if waited is not None else []).append)
    transport = Transport(inner=inner, sleep=lambda seconds: None, timeout=httpx.Timeout(5))
    connected = SandboxNetwork.begin({"handle": handle}, transport)
    assert isinstance(connected, Connected)
    store = CredentialsInMemory(connected.credentials)
    account_id = connected.account.account_id
    return SandboxNetwork(transport=transport, credentials=store, server_url="", account_id=account_id)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_be_part_of_somebodys_transaction() -> None:
    network = open_sandbox()
    post = rendered(network, words())

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        network.publish(post, new_key())

    assert not SandboxPost.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_it_accepted_stays_when_our_side_fails_afterwards() -> None:
    network = open_sandbox()
    network.publish(rendered(network, words()), new_key())

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError

    assert SandboxPost.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_twice_makes_a_double_post_that_everybody_sees() -> None:
    network, key = open_sandbox(), new_key()
    post = rendered(network, words())

    network.publish(post, key)
    network.publish(post, key)

    assert SandboxPost.objects.filter(text=post.text).count() == 2


@pytest.mark.django_db
def test_a_fault_strikes_as_often_as_armed_and_no_more() -> None:
    network = open_sandbox()
    arm_fault(SandboxAccount.objects.get(), "accept_then_timeout", n_times=2, only_writes=True)

    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            network.publish(rendered(network, words()), new_key())
    network.publish(rendered(network, words()), new_key())

    assert SandboxPost.objects.count() == 3
    assert SandboxFault.objects.get().n_remaining == 0


@pytest.mark.django_db
def test_a_fault_of_one_account_leaves_others_alone() -> None:
    struck, spared = open_sandbox("corner"), open_sandbox("other")
    arm_fault(SandboxAccount.objects.get(handle="corner"), "timeout", n_times=9)

    assert spared.check().handle == "other"
    with pytest.raises(OutcomeUnknown):
        struck.publish(rendered(struck, words()), new_key())


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "lost"), [(2.0, False), (9.0, True)])
def test_slow_is_a_wait_until_patience_ends(seconds: float, lost: bool) -> None:
    waited: list[float] = []
    network = open_sandbox(waited=waited)
    arm_fault(SandboxAccount.objects.get(), "slow", only_writes=True, seconds=seconds)

    if lost:
        with pytest.raises(OutcomeUnknown):
            network.publish(rendered(network, words()), new_key())
    else:
        network.publish(rendered(network, words()), new_key())

    assert waited == [5 if lost else seconds]
    assert SandboxPost.objects.count() == 1


@pytest.mark.django_db
def test_what_the_public_does_comes_home_in_its_stream() -> None:
    network, ana = open_sandbox(), public.join("ana", now=NOW)
    published = network.publish(rendered(network, words()), new_key())
    post, corner = SandboxPost.objects.get(), SandboxAccount.objects.get(handle="corner")

    public.follow_as(ana, corner, now=NOW)
    public.react_as(ana, post, kind="repost", now=NOW)
    public.react_as(ana, post, now=NOW)
    public.write_post(author=ana, text="I like @corner.", now=NOW)

    kinds = {
        stream: [event.kind for event in read_all(network, stream, "")[0]]
        for stream in ("followers", "reactions", "mentions", "replies")
    }
    assert kinds == {
        "followers": ["follow"],
        "reactions": ["repost", "like"],
        "mentions": ["mention"],
        "replies": [],
    }
    (counted,) = network.metrics([published.ref])
    assert (counted.likes, counted.reposts) == (1, 1)
    assert network.check().followers == 1


@pytest.mark.django_db
def test_a_long_stream_comes_in_pages() -> None:
    network = open_sandbox()
    network.publish(rendered(network, words()), new_key())
    post = SandboxPost.objects.get()
    for number in range(120):
        public.reply_as(public.join(f"person{number}", now=NOW), post, "Hello", now=NOW)

    first = network.poll("replies")
    events, _ = read_all(network, "replies", "")

    assert (len(first.events), first.more, len(events)) == (50, True, 120)


@pytest.mark.django_db
def test_an_answer_can_be_hidden_and_a_post_edited() -> None:
    network = open_sandbox()
    published = network.publish(rendered(network, "Desks"), new_key())
    post = SandboxPost.objects.get()
    answer = public.reply_as(public.join("troll", now=NOW), post, "Boo", now=NOW)

    edited = network.edit(published.ref, rendered(network, "Desks for less"))
    network.hide(type(published.ref)(str(answer.pk)))

    assert edited.ref.version != published.ref.version
    assert [each.text for each in network.thread(published.ref)] == ["Desks for less"]
