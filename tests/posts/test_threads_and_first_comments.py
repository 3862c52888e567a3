from datetime import timedelta

import pytest

from livingroom.networks.errors import Invalid, OutcomeUnknown
from livingroom.networks.models import SandboxPost
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.network import SandboxNetwork
from livingroom.posts.approval.operations import StagePlan, decide, set_stages
from livingroom.posts.delivery import release_lost_claims, settle
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, PostDraft, save_post, schedule_placements
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db(transaction=True)
State = Placement.State
LONG = " ".join(f"Sentence number {n} of a long story." for n in range(40))


@pytest.fixture
def outlet(house):
    return cast.branch()


def thread(branch, **facts):
    facts = {"text": f"{LONG} {{code}} {{link}}", "may_split": True, "first_comment": "Terms apply.", **facts}
    return cast.placement(branch, **facts)


def on_network(placement):
    return list(SandboxPost.objects.filter(key__startswith=placement.delivery_key).order_by("pk"))


def after_all(placement, now=NOON, n=6):
    """Let time pass until it is settled."""
    for step in range(1, n):
        later = now + timedelta(minutes=5 * step)
        release_lost_claims(later)
        settle(placement.pk, later, clock=lambda later=later: later)
        cast.deliver_at(placement, later)
    placement.refresh_from_db()


def test_a_thread_is_sent_in_order_each_part_an_answer_to_the_one_before(outlet):
    placement = thread(outlet)

    cast.deliver_at(placement, NOON)

    placement.refresh_from_db()
    first, *rest = on_network(placement)
    parts, comment = rest[:-1], rest[-1]
    assert placement.state == State.SENT
    assert placement.remote_id == str(first.pk)
    assert len(parts) >= 2
    assert [part.in_reply_to for part in parts] == [first, *parts[:-1]]
    assert (comment.text, comment.in_reply_to) == ("Terms apply.", first)
    assert f"(1/{len(parts) + 1})" in first.text


def test_the_link_may_stand_in_the_first_comment(outlet):
    placement = cast.placement(outlet, text="Look below. {code}", first_comment="Here: {link}")

    cast.deliver_at(placement, NOON)

    first, comment = on_network(placement)
    placement.refresh_from_db()
    assert placement.link.slug not in first.text
    assert placement.link.slug in comment.text


@pytest.mark.parametrize("n_before", [0, 1, 2, 3])
def test_an_answer_lost_in_any_part_leaves_each_part_once(outlet, monkeypatch, n_before):
    """The network does the work of the chosen part, and its answer is lost."""
    placement = thread(outlet)
    calls = []

    def losing(method):
        def lost(self, *arguments):
            calls.append(method.__name__)
            published = method(self, *arguments)
            if len(calls) == n_before + 1:
                raise OutcomeUnknown("The line was cut.")
            return published

        return lost

    for name in ("publish", "reply"):
        monkeypatch.setattr(SandboxNetwork, name, losing(getattr(SandboxNetwork, name)))

    cast.deliver_at(placement, NOON)
    placement.refresh_from_db()
    assert placement.state == State.UNKNOWN
    after_all(placement)

    keys = [post.key for post in on_network(placement)]
    assert placement.state == State.SENT
    assert len(keys) == len(set(keys)) >= 4


@pytest.mark.parametrize("fault", ["timeout", "unavailable", "too_many_no_time", "accept_then_timeout"])
def test_a_fault_in_the_middle_is_mended_without_doubles(outlet, monkeypatch, fault):
    placement = thread(outlet)
    real = SandboxNetwork.publish

    def publish_then_arm(self, *arguments):
        published = real(self, *arguments)
        arm_fault(cast.account(outlet), fault, only_writes=True)
        return published

    monkeypatch.setattr(SandboxNetwork, "publish", publish_then_arm)
    cast.deliver_at(placement, NOON)
    monkeypatch.setattr(SandboxNetwork, "publish", real)
    after_all(placement)

    keys = [post.key for post in on_network(placement)]
    assert placement.state == State.SENT
    assert len(keys) == len(set(keys)) >= 4


def refuse_second_part(monkeypatch):
    def refuse(self, to, rendered, key):
        raise Invalid("Not this.", "text")

    monkeypatch.setattr(SandboxNetwork, "reply", refuse)


def test_a_refused_part_says_what_is_out_already_and_goes_on_from_there(outlet, monkeypatch):
    placement = thread(outlet)
    with monkeypatch.context() as patch:
        refuse_second_part(patch)
        cast.deliver_at(placement, NOON)
    placement.refresh_from_db()
    assert placement.state == State.FAILED
    assert "1 of its parts is out already" in placement.problem

    schedule_placements(staff=cast.staff(), due={placement.pk: NOON}, now=NOON)
    cast.deliver_at(placement, NOON)

    keys = [post.key for post in on_network(placement)]
    placement.refresh_from_db()
    assert placement.state == State.SENT
    assert len(keys) == len(set(keys)) >= 4


def test_words_of_a_thread_that_is_out_in_part_stay_as_they_are(outlet, monkeypatch):
    set_stages(staff=cast.ada(), branch=outlet, stages=[StagePlan("Editor", "manager")], now=NOON)
    placement = thread(outlet, due_at=NOON + timedelta(minutes=1))
    arun = cast.staff("Arun", "manager")
    decide(staff=arun, version=placement.versions.get(), verdict="approved", reason="", now=NOON)
    at = NOON + timedelta(minutes=1)
    with monkeypatch.context() as patch:
        refuse_second_part(patch)
        cast.deliver_at(placement, at)
    draft = PostDraft("T", "Wholly other words", branches=(outlet,), offer=placement.post.offer)

    save_post(staff=cast.staff(), draft=draft, now=at, post=placement.post)
    schedule_placements(staff=cast.staff(), due={placement.pk: at}, now=at)
    cast.deliver_at(placement, at)

    placement.refresh_from_db()
    assert placement.state == State.SENT
    assert not any("other words" in post.text for post in on_network(placement))


def test_without_the_tick_it_is_too_long_as_before(outlet):
    post = cast.post(outlet, text=f"{LONG} {{code}} {{link}}")

    with pytest.raises(NotReady, match="too many"):
        schedule_placements(staff=cast.staff(), due={post.placements.get().pk: NOON}, now=NOON)


def test_the_preview_shows_every_part(maya, outlet):
    cast.offer()
    answers = {"text": LONG, "may_split": "on", "first_comment": "And this.", "branches": [outlet.pk]}

    answer = maya.post(
        "/posts/new/", {**answers, "when": "now", "code_kind": "none"}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert "(2/" in page
    assert "And this." in page
