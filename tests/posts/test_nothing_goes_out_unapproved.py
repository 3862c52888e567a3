from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.networks.sandbox.network import SandboxNetwork
from livingroom.posts.approval.guests import make_guest_link
from livingroom.posts.approval.models import Approval, GuestLink
from livingroom.posts.approval.operations import CannotDecide, StagePlan, ask_approval, decide, set_stages
from livingroom.posts.approval.queries import compared
from livingroom.posts.models import Placement
from livingroom.posts.operations import PostDraft, save_offer, save_post, schedule_placements
from livingroom.posts.tasks import tick
from livingroom.shared.models import Alarm, Event
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db(transaction=True)
State = Placement.State
HOUR = timedelta(hours=1)


@pytest.fixture
def outlet(house):
    branch = cast.branch()
    set_stages(staff=cast.ada(), branch=branch, stages=[StagePlan("Editor", "manager")], now=NOON)
    return branch


@pytest.fixture
def arun(house):
    return cast.staff("Arun", "manager")


def asked(branch, **facts):
    placement = cast.placement(branch, **facts)
    return placement, placement.versions.last()


def say_yes(staff, version, now=NOON):
    return decide(staff=staff, version=version, verdict="approved", reason="", now=now)


def test_what_is_scheduled_waits_until_it_is_approved(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)

    tick(NOON + 2 * HOUR)
    cast.deliver_at(placement, NOON + 2 * HOUR)
    placement.refresh_from_db()

    assert placement.state == State.WAITING
    assert cast.on_network(placement) == 0
    assert "Editor" in Alarm.objects.ringing().get(kind="late").text
    say_yes(arun, version, NOON)
    placement.refresh_from_db()
    assert placement.state == State.SCHEDULED


def test_an_approved_placement_is_sent(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)

    cast.deliver_at(placement, NOON + HOUR)

    assert cast.on_network(placement) == 1


def test_delivery_refuses_what_the_form_never_saw(outlet):
    """Somebody writes to the table: the worker still asks."""
    placement, _ = asked(outlet)
    Placement.objects.filter(pk=placement.pk).update(state=State.SCHEDULED, try_at=NOON)

    cast.deliver_at(placement, NOON)

    placement.refresh_from_db()
    assert (placement.state, placement.n_attempts) == (State.WAITING, 0)
    assert cast.on_network(placement) == 0
    assert Event.objects.filter(verb="did not send unapproved").exists()


def test_other_words_slipped_in_after_the_yes_are_not_sent(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)
    placement.post.text = "90 % off with {code}: {link}"
    placement.post.save()

    cast.deliver_at(placement, NOON + HOUR)

    placement.refresh_from_db()
    assert placement.state == State.WAITING
    assert cast.on_network(placement) == 0


def test_a_yes_taken_back_between_claim_and_write_stops_it(outlet, arun, monkeypatch):
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)
    monkeypatch.setattr(
        "livingroom.posts.delivery.require_not_left_out",
        lambda *_: set_stages(
            staff=arun, branch=outlet, stages=[StagePlan("Lawyer", "admin")], now=NOON + HOUR
        ),
    )

    cast.deliver_at(placement, NOON + HOUR)

    placement.refresh_from_db()
    assert placement.state == State.WAITING
    assert cast.on_network(placement) == 0


def test_a_changed_post_must_be_approved_again(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)
    draft = PostDraft("Winter is here", "New words", branches=(outlet,))

    save_post(staff=cast.staff(), draft=draft, now=NOON, post=placement.post)

    placement.refresh_from_db()
    assert placement.state == State.WAITING
    assert placement.versions.last().number == 2
    assert placement.versions.last().asked_by == cast.staff()


def test_a_changed_offer_must_be_approved_again(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)
    offer = placement.post.offer
    offer.percent = 50

    save_offer(staff=cast.staff(), offer=offer, now=NOON)

    placement.refresh_from_db()
    assert placement.state == State.WAITING


@pytest.mark.parametrize("who", ["writer", "asker"])
def test_nobody_approves_their_own(outlet, arun, who):
    lea = cast.staff("Lea", "admin")
    post = save_post(
        staff=lea if who == "writer" else arun, draft=PostDraft("T", "Hello", branches=(outlet,)), now=NOON
    )
    asker = arun if who == "writer" else lea
    version = ask_approval(staff=asker, placement=post.placements.get(), now=NOON)

    with pytest.raises(CannotDecide, match="somebody else approves"):
        say_yes(lea, version)


def test_two_stages_are_two_people_in_order(house, arun):
    branch = cast.branch("Press")
    plans = [StagePlan("Editor", "community_manager"), StagePlan("Chief", "manager")]
    set_stages(staff=cast.ada(), branch=branch, stages=plans, now=NOON)
    placement, version = asked(branch, due_at=NOON + HOUR)

    say_yes(arun, version)
    with pytest.raises(CannotDecide, match="earlier stage"):
        say_yes(arun, version)
    placement.refresh_from_db()
    assert placement.state == State.WAITING
    say_yes(cast.ada(), version)
    placement.refresh_from_db()
    assert placement.state == State.SCHEDULED


def test_a_stage_for_managers_is_not_for_others(outlet):
    _, version = asked(outlet)

    with pytest.raises(CannotDecide, match="manager or an admin"):
        say_yes(cast.staff("Rosa"), version)
    with pytest.raises(PermissionDenied):
        say_yes(cast.ian(), version)


def test_it_goes_back_with_a_reason_only(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)

    with pytest.raises(CannotDecide, match="Say why"):
        decide(staff=arun, version=version, verdict="rejected", reason=" ", now=NOON)
    decide(staff=arun, version=version, verdict="rejected", reason="The price is wrong.", now=NOON)

    placement.refresh_from_db()
    assert placement.state == State.DRAFT
    assert "The price is wrong." in placement.problem
    with pytest.raises(CannotDecide):
        say_yes(cast.ada(), version)


def test_a_yes_that_ended_is_no_yes(house, arun):
    branch = cast.branch("Press")
    set_stages(
        staff=cast.ada(), branch=branch, stages=[StagePlan("Editor", "manager", holds_days=1)], now=NOON
    )
    placement, version = asked(branch, due_at=NOON + timedelta(days=2))
    say_yes(arun, version)

    cast.deliver_at(placement, NOON + timedelta(days=2))

    placement.refresh_from_db()
    assert placement.state == State.WAITING
    assert "held until" in placement.problem


def test_nobody_answered_in_time_so_it_is_asked_again(house, arun):
    branch = cast.branch("Press")
    plan = StagePlan("Editor", "manager", answer_within_hours=2)
    set_stages(staff=cast.ada(), branch=branch, stages=[plan], now=NOON - HOUR)
    placement, version = asked(branch, due_at=NOON + timedelta(days=1))

    with pytest.raises(CannotDecide, match="did not answer in time"):
        say_yes(arun, version, NOON + 3 * HOUR)
    again = ask_approval(staff=cast.staff(), placement=placement, now=NOON + 3 * HOUR)
    say_yes(arun, again, NOON + 4 * HOUR)

    placement.refresh_from_db()
    assert placement.state == State.SCHEDULED


def test_approved_after_its_time_it_is_sent_by_choice_only(outlet, arun):
    placement, version = asked(outlet, due_at=NOON)

    say_yes(arun, version, NOON + HOUR)
    tick(NOON + HOUR)

    placement.refresh_from_db()
    assert placement.state == State.HELD
    assert cast.on_network(placement) == 0


def test_what_was_to_go_out_as_soon_as_it_is_ready_goes_out_with_the_last_yes(outlet, arun):
    placement, version = asked(outlet, due_at=NOON - HOUR)

    say_yes(arun, version, NOON + HOUR)
    cast.deliver_at(placement, NOON + HOUR)

    placement.refresh_from_db()
    assert placement.state == State.SENT
    assert cast.on_network(placement) == 1


def test_a_draft_may_be_approved_before_it_has_a_time(outlet, arun):
    post = cast.post(outlet)
    placement = post.placements.get()
    say_yes(arun, ask_approval(staff=cast.staff(), placement=placement, now=NOON))

    [row] = schedule_placements(staff=cast.staff(), due={placement.pk: NOON + HOUR}, now=NOON)

    assert row.state == State.SCHEDULED


def test_taking_the_stages_away_lets_it_go_and_is_written_down(outlet):
    placement, _ = asked(outlet, due_at=NOON + HOUR)

    set_stages(staff=cast.ada(), branch=outlet, stages=[], now=NOON)

    placement.refresh_from_db()
    assert placement.state == State.SCHEDULED
    event = Event.objects.filter(verb="set approval stages").first()
    assert event.change == {"before": ["Editor"], "after": []}


def test_the_difference_to_what_was_approved_is_shown(outlet, arun):
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)
    offer = placement.post.offer
    draft = PostDraft("Winter is here", "15 % off today with {link}", offer=offer, branches=(outlet,))
    save_post(staff=cast.staff(), draft=draft, now=NOON, post=placement.post)

    base, changed = compared(placement.versions.last())

    text = next(row for row in changed if row.name == "Text")
    assert base.number == 1
    assert [stretch.words.strip() for stretch in text.stretches if stretch.kind == "added"] == ["today"]
    assert "{code}:" in "".join(stretch.words for stretch in text.stretches if stretch.kind == "taken")


def test_branches_that_ask_nobody_are_as_before(house):
    placement = cast.placement(cast.branch("Plain"))

    cast.deliver_at(placement, NOON)

    assert cast.on_network(placement) == 1


def test_an_unapproved_second_try_still_looks_first(outlet, arun, monkeypatch):
    """The first write may have arrived: a withdrawn yes must not hide that it is out."""
    placement, version = asked(outlet, due_at=NOON + HOUR)
    say_yes(arun, version)
    looked = []
    monkeypatch.setattr(
        SandboxNetwork, "find_published", lambda self, *rest: looked.append(rest) or None, raising=True
    )
    Placement.objects.filter(pk=placement.pk).update(n_attempts=1)

    cast.deliver_at(placement, NOON + HOUR)

    assert len(looked) == 1


class TestGuests:
    @pytest.fixture
    def press(self, house):
        branch = cast.branch("Press")
        set_stages(staff=cast.ada(), branch=branch, stages=[StagePlan("Partner", "guest")], now=NOON)
        return branch

    def link_to(self, press, arun, hours=2):
        placement, version = asked(press, due_at=NOON + HOUR)
        _, url = make_guest_link(staff=arun, version=version, guest="Ana", hours=hours, now=cast.NOON)
        return placement, version, "/" + url.split("/", 3)[3]

    def test_a_guest_reads_and_approves_once(self, press, arun, client):
        placement, _, path = self.link_to(press, arun)

        page = client.get(path)
        answer = client.post(path, {"verdict": "approved"})
        again = client.post(path, {"verdict": "rejected", "reason": "No"})

        assert "15 % off with" in page.content.decode()
        assert page["Referrer-Policy"] == "no-referrer"
        assert "Thank you" in answer.content.decode()
        assert again.status_code == 410
        placement.refresh_from_db()
        assert placement.state == State.SCHEDULED
        assert Approval.objects.get().who == "Ana (guest of Arun)"

    def test_a_forged_or_cut_link_opens_nothing(self, press, arun, client):
        _, _, path = self.link_to(press, arun)

        assert client.get(path[:-5] + "AAAA/").status_code == 410
        assert client.post("/word/nonsense/", {"verdict": "approved"}).status_code == 410
        assert not Approval.objects.exists()

    def test_a_link_ends(self, press, arun, client):
        _, _, path = self.link_to(press, arun)
        GuestLink.objects.update(ends_at=NOON - HOUR)

        assert client.get(path).status_code == 410

    def test_a_link_is_for_one_version(self, press, arun, client):
        placement, _, path = self.link_to(press, arun)
        draft = PostDraft("T", "Other words", branches=(press,))
        save_post(staff=cast.staff(), draft=draft, now=NOON, post=placement.post)

        assert client.get(path).status_code == 410
        assert client.post(path, {"verdict": "approved"}).status_code == 410
        placement.refresh_from_db()
        assert placement.state == State.WAITING

    def test_who_wrote_it_cannot_make_a_link_or_use_one(self, press, arun, client):
        _, version, path = self.link_to(press, arun)

        with pytest.raises(CannotDecide, match="guest’s link"):
            make_guest_link(staff=cast.staff(), version=version, guest="Me", hours=1, now=NOON)
        client.force_login(cast.staff())
        assert client.post(path, {"verdict": "approved"}).status_code == 410
        assert not Approval.objects.exists()

    def test_a_link_taken_back_opens_nothing(self, press, arun, client):
        _, version, path = self.link_to(press, arun)
        client.force_login(arun)

        client.post(f"/approvals/guests/{version.guest_links.get().pk}/revoke/")

        assert client.get(path).status_code == 410


def test_the_pages_lead_from_the_list_to_a_yes(outlet, arun, client):
    placement, version = asked(outlet, due_at=NOON + 2 * HOUR)
    client.force_login(arun)

    listed = client.get("/approvals/").content.decode()
    page = client.get(f"/approvals/{version.pk}/").content.decode()
    client.post(f"/approvals/{version.pk}/decide/", {"verdict": "approved", "reason": ""})

    assert "Waits for you" in listed
    assert "All of it is new" in page
    placement.refresh_from_db()
    assert placement.state == State.SCHEDULED


def test_the_writer_reads_why_they_cannot_approve(outlet, maya):
    _, version = asked(outlet)

    page = maya.get(f"/approvals/{version.pk}/").content.decode()
    answer = maya.post(f"/approvals/{version.pk}/decide/", {"verdict": "approved"})

    assert 'value="approved"' not in page
    assert answer.status_code == 422


def test_stages_are_set_on_a_page_by_managers_only(house, client, arun):
    cast.branch("Press")
    answers = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-name": "Editor", "form-0-by": "manager", "form-0-holds_days": "7",
        "form-1-name": "", "form-1-by": "manager",
    }  # fmt: skip
    client.force_login(cast.staff())
    refused = client.post("/approvals/stages/press/", answers)
    client.force_login(arun)

    client.post("/approvals/stages/press/", answers)

    assert refused.status_code == 403
    page = client.get("/approvals/stages/").content.decode()
    assert "Editor" in page
