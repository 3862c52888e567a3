from datetime import timedelta

import pytest

from livingroom.inbox.models import Author, Message
from livingroom.inbox.persons.linking import OUR_CODE
from livingroom.orders.models import Order
from livingroom.people.identities import CannotMerge, undo_merge
from livingroom.people.linking.deciding import accept_link, refuse_link
from livingroom.people.linking.models import LinkProposal
from livingroom.people.linking.proposing import Find, join_certain, keep_finds, propose_links
from livingroom.people.members.models import Member
from livingroom.people.members.operations import member_joined
from livingroom.people.models import Customer, CustomerMerge, Handle
from livingroom.people.persons import root_of
from livingroom.shared.addresses import mail_hash
from tests.attribution.scene import NOON, Scene
from tests.inbox import cast
from tests.posts import cast as house

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    house.open_house()
    return Scene()


def two() -> tuple[Customer, Customer]:
    return Customer.objects.create(first_seen_at=NOON), Customer.objects.create(first_seen_at=NOON)


def test_one_browser_of_two_customers_is_asked_and_a_library_is_not(scene):
    link = scene.link()
    for visitor, n in (("c:home", 2), ("c:library", 4)):
        for _ in range(n):
            scene.order(at=NOON, click_id=scene.click(link, NOON - timedelta(hours=1), visitor=visitor))
    scene.ship()

    propose_links(NOON)

    waiting = LinkProposal.objects.open().get()
    assert "clicks of the same browser (our cookie)" in waiting.evidence
    assert (waiting.rule, waiting.is_certain) == ("one browser", False)
    assert not CustomerMerge.objects.exists()


def test_a_code_we_sent_to_somebody_alone_says_who_may_have_bought(scene):
    branch = house.branch()
    code = scene.code(scene.placement(branch), issued_to="click1")
    case = cast.conversation("May I have a code?", to=branch, is_public=False)
    answered = case.last_message_at + timedelta(minutes=1)
    Message.objects.create(
        conversation=case, direction="out", text=f"Here: {code}.", is_public=False, at=answered
    )
    order = scene.order(at=answered + timedelta(days=1), codes=[code])

    propose_links(NOON)

    waiting = LinkProposal.objects.open().get(rule=OUR_CODE)
    assert {waiting.one, waiting.two} == {order.customer, Author.objects.get().customer}
    assert code in waiting.evidence


def test_who_wrote_before_they_bought_is_known_afterwards(scene):
    cast.mention("Do you ship?", network="mail", who="lee@post.example", is_public=False)
    cast.hear(*cast.Mention.objects.all())
    buyer = scene.customer()
    Handle.objects.create(customer=buyer, kind="mail", value=mail_hash("lee@post.example"), seen_at=NOON)

    propose_links(NOON)

    assert Author.objects.get(network="mail").customer == buyer


def test_a_sign_in_proves_whose_the_address_is(scene):
    buyer, stranger = two()
    Handle.objects.create(customer=buyer, kind="mail", value=mail_hash("lee@post.example"), seen_at=NOON)
    order = scene.order(customer=buyer)
    member = Member.objects.create(
        customer=stranger, name="Lee", mail_hash=mail_hash("lee@post.example"), joined_at=NOON, seen_at=NOON
    )

    member_joined.send(Member, member=member, now=NOON)

    member.refresh_from_db()
    merge = CustomerMerge.objects.get()
    assert (merge.by_rule, merge.staff) == ("sign-in", None)
    assert member.customer == Order.objects.get(pk=order.pk).customer == root_of(stranger)

    undo_merge(staff=house.ada(), merge=merge, now=NOON)
    assert Order.objects.get(pk=order.pk).customer == buyer


def test_a_person_decides_once_and_is_not_asked_again(scene):
    one, other = two()
    find = Find(one.pk, other.pk, "one browser", "Both clicked.")
    keep_finds([find], NOON)
    proposal = LinkProposal.objects.get()

    refuse_link(staff=house.ada(), proposal=proposal, now=NOON)
    keep_finds([find], NOON)

    assert LinkProposal.objects.open().count() == 0
    with pytest.raises(CannotMerge, match="already"):
        accept_link(staff=house.ada(), proposal=proposal, now=NOON)
    assert root_of(one) != root_of(other)


def test_a_chain_of_certain_links_makes_one_customer(scene):
    a, b = two()
    c, d = two()
    keep_finds([Find(x.pk, y.pk, "same mail address", "…", True) for x, y in ((a, b), (c, d), (b, d))], NOON)

    join_certain(NOON)

    assert len({root_of(customer).pk for customer in (a, b, c, d)}) == 1
