from datetime import timedelta

import pytest

from livingroom.networks.models import Connection
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.posts.delivery import (
    LOOKS_APART,
    SETTLE_AFTER,
    claim_placement,
    deliver,
    release_lost_claims,
    settle,
)
from livingroom.posts.models import LEASE, DeliveryAttempt, Placement
from livingroom.posts.operations import schedule_placements
from livingroom.shared.models import Alarm
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
State = Placement.State


@pytest.fixture
def due(house):
    return cast.placement()


def send(placement: Placement, now=NOON) -> Placement:
    deliver(placement.pk, now, clock=lambda: now)
    placement.refresh_from_db()
    return placement


def look(placement: Placement, now) -> Placement:
    settle(placement.pk, now, clock=lambda: now)
    placement.refresh_from_db()
    return placement


def test_a_due_placement_is_sent_with_its_link_and_code(due):
    send(due)

    assert due.state == State.SENT
    [post] = cast.account(due.branch).posts.all()
    assert due.link.slug in post.text
    assert due.link.codes.get().text in post.text
    assert due.remote_url.endswith(f"#post-{post.pk}")
    assert list(due.attempts.values_list("number", "outcome")) == [(1, "sent")]


def test_nothing_is_sent_before_its_time(due):
    send(due, NOON - timedelta(seconds=1))

    assert due.state == State.SCHEDULED
    assert cast.on_network(due) == 0


def test_a_second_worker_finds_nothing_to_do(due):
    assert claim_placement(due.pk, NOON) is not None
    assert claim_placement(due.pk, NOON) is None
    assert deliver(due.pk, NOON) is None


def test_a_lost_answer_is_settled_by_looking_not_by_sending(due):
    arm_fault(cast.account(due.branch), "accept_then_timeout", only_writes=True)

    send(due)
    assert due.state == State.UNKNOWN
    assert look(due, NOON + SETTLE_AFTER - timedelta(seconds=1)).state == State.UNKNOWN
    look(due, NOON + SETTLE_AFTER)

    assert due.state == State.SENT
    assert cast.on_network(due) == 1
    assert due.attempts.get().outcome == DeliveryAttempt.Outcome.SENT


def test_what_surely_did_not_arrive_is_sent_again(due):
    arm_fault(cast.account(due.branch), "timeout", only_writes=True)

    send(due)
    first = look(due, NOON + SETTLE_AFTER)
    assert first.state == State.UNKNOWN, "one look at a network without our own keys is not sure"
    look(due, NOON + SETTLE_AFTER + LOOKS_APART)
    assert due.state == State.SCHEDULED
    send(due, NOON + timedelta(minutes=4))

    assert due.state == State.SENT
    assert cast.on_network(due) == 1


def test_looking_too_early_and_finding_nothing_proves_nothing(due):
    arm_fault(cast.account(due.branch), "timeout", only_writes=True)
    send(due)

    for second in range(1, 20):
        now = NOON + timedelta(seconds=second)
        settle(due.pk, now, clock=lambda now=now: now, at_once=True)

    due.refresh_from_db()
    assert due.state == State.UNKNOWN
    assert due.n_looks == 0


def test_a_person_who_looks_at_once_finds_what_is_there(due):
    arm_fault(cast.account(due.branch), "accept_then_timeout", only_writes=True)
    send(due)

    settle(due.pk, NOON, clock=lambda: NOON, at_once=True)

    due.refresh_from_db()
    assert due.state == State.SENT


def test_a_dead_workers_claim_is_looked_up_when_its_lease_is_over(due):
    claim_placement(due.pk, NOON)

    assert release_lost_claims(NOON + LEASE - timedelta(seconds=1)) == 0
    assert release_lost_claims(NOON + LEASE) == 1

    due.refresh_from_db()
    assert due.state == State.UNKNOWN
    look(due, NOON + LEASE)
    look(due, NOON + LEASE + LOOKS_APART)
    send(due, NOON + timedelta(minutes=10))
    assert due.state == State.SENT
    assert cast.on_network(due) == 1


def test_a_worker_that_slept_past_its_lease_sends_nothing(due):
    wakes_at = NOON + LEASE

    deliver(due.pk, NOON, clock=lambda: wakes_at)

    due.refresh_from_db()
    assert due.state == State.SENDING
    assert cast.on_network(due) == 0


def test_every_attempt_after_the_first_looks_before_it_writes(due):
    send(due)
    # As after a refusal that was none: the network has it, we believe we must send again.
    Placement.objects.filter(pk=due.pk).update(state=State.SCHEDULED, try_at=NOON)

    send(due)

    assert due.state == State.SENT
    assert cast.on_network(due) == 1
    assert due.n_attempts == 2


@pytest.mark.parametrize("fault", ["too_many", "too_many_no_time"])
def test_a_network_that_asks_for_patience_gets_it(due, fault):
    arm_fault(cast.account(due.branch), fault, only_writes=True)

    send(due)

    assert due.state == State.SCHEDULED
    assert due.try_at > NOON
    assert due.due_at == NOON, "the promise stays what it was"
    assert send(due, due.try_at).state == State.SENT
    assert cast.on_network(due) == 1


def test_a_refused_token_fails_with_what_to_do_and_rings(due):
    arm_fault(cast.account(due.branch), "revoked", only_writes=True)

    send(due)

    assert due.state == State.FAILED
    assert "must be connected again" in due.problem
    assert Alarm.objects.ringing().filter(kind="failed", subject=f"placement {due.pk}").exists()
    assert due.branch.connection.pk
    assert Connection.objects.get(pk=due.branch.connection_id).state != Connection.State.CONNECTED


def test_a_missing_right_fails_and_names_it(due):
    arm_fault(cast.account(due.branch), "forbidden", only_writes=True)

    assert "may not do this" in send(due).problem
    assert due.state == State.FAILED


def test_an_answer_nobody_understands_after_a_write_is_an_outcome_unknown(due):
    arm_fault(cast.account(due.branch), "garbled", only_writes=True)

    assert send(due).state == State.UNKNOWN
    settle(due.pk, NOON + SETTLE_AFTER, clock=lambda: NOON + SETTLE_AFTER)
    settle(due.pk, NOON + SETTLE_AFTER + LOOKS_APART, clock=lambda: NOON + SETTLE_AFTER + LOOKS_APART)
    due.refresh_from_db()
    if due.state == State.SCHEDULED:
        send(due, NOON + timedelta(minutes=5))
    assert cast.on_network(due) == 1


def test_what_failed_can_be_sent_again_and_the_alarm_stops(due):
    arm_fault(cast.account(due.branch), "forbidden", only_writes=True)
    send(due)

    Connection.objects.update(state=Connection.State.CONNECTED, problem="")
    schedule_placements(staff=cast.staff(), due={due.pk: NOON}, now=NOON)
    send(due)

    assert due.state == State.SENT
    assert cast.on_network(due) == 1
    assert not Alarm.objects.ringing().filter(kind="failed").exists()


def test_an_offer_that_ended_meanwhile_is_not_promised_any_more(due):
    due.post.offer.ends_at = NOON + timedelta(minutes=1)
    due.post.offer.save()

    send(due, NOON + timedelta(hours=1))

    assert due.state == State.FAILED
    assert "offer ended" in due.problem
    assert cast.on_network(due) == 0


def test_a_mistake_of_our_own_before_the_write_fails_and_rises(due, monkeypatch):
    monkeypatch.setattr("livingroom.posts.delivery.parts_of", lambda placement: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        deliver(due.pk, NOON, clock=lambda: NOON)

    due.refresh_from_db()
    assert due.state == State.FAILED


def test_a_mistake_of_our_own_during_the_write_is_an_outcome_unknown(due, monkeypatch):
    from livingroom.networks.sandbox.network import SandboxNetwork

    publish = SandboxNetwork.publish

    def publish_and_break(self, rendered, key):
        publish(self, rendered, key)
        raise KeyError("ours")

    monkeypatch.setattr(SandboxNetwork, "publish", publish_and_break)

    with pytest.raises(KeyError):
        deliver(due.pk, NOON, clock=lambda: NOON)

    due.refresh_from_db()
    assert due.state == State.UNKNOWN
    assert look(due, NOON + SETTLE_AFTER).state == State.SENT
    assert cast.on_network(due) == 1


def test_the_text_is_frozen_at_the_attempt(due):
    arm_fault(cast.account(due.branch), "accept_then_timeout", only_writes=True)
    send(due)
    due.post.text = "Something else {code} {link}"
    due.post.save()

    look(due, NOON + SETTLE_AFTER)

    assert due.state == State.SENT
    assert due.sent_text.startswith("15 % off with ")


def test_a_network_fee_becomes_a_cost_once(due, monkeypatch):
    from decimal import Decimal

    from livingroom.networks.interface import Cost
    from livingroom.networks.sandbox.network import SandboxNetwork
    from livingroom.orders.models import Cost as CostRow

    price = Cost(Decimal("0.20"), "USD", why="a post with a link")
    monkeypatch.setattr(SandboxNetwork, "estimate", classmethod(lambda cls, rendered: price))
    arm_fault(cast.account(due.branch), "accept_then_timeout", only_writes=True)

    send(due)
    look(due, NOON + SETTLE_AFTER)

    cost = CostRow.objects.get()
    assert (cost.kind, cost.amount_minor, cost.currency, cost.branch) == (
        "network_fee",
        20,
        "USD",
        due.branch,
    )
    assert due.fee_usd == Decimal("0.20")
