import pytest

from livingroom.ideas import operations
from livingroom.ideas.duty.operations import answer
from livingroom.ideas.models import Idea
from livingroom.ideas.wanting import large_enough, who_wants
from livingroom.people.identities import merge_customers
from livingroom.people.models import Customer
from livingroom.segments.asking import members_of
from livingroom.segments.keeping import keep
from livingroom.segments.models import PersonCount, PersonTag
from tests.ideas import cast
from tests.ideas.cast import NOON
from tests.segments import cast as segments


def voters(idea, n, *, country, orders=0):
    """So many members of one country vote; each has bought so often, for 100.00 at a time."""
    for _ in range(n):
        customer = Customer.objects.create(country=country, first_seen_at=NOON)
        for _ in range(orders):
            segments.buy(customer)
        operations.cast(member=cast.member(country=country, customer=customer), idea=idea, now=NOON)


def test_who_wants_an_idea_is_told_by_segment_country_and_orders(db):
    idea = cast.idea(cast.board())
    segments.segment("Brazil", segments.rule(("country", "is", ["BR"])))
    voters(idea, 12, country="BR", orders=2)
    voters(idea, 11, country="US")
    keep(NOON)

    wanted = who_wants(idea, NOON)

    assert (wanted.n, wanted.smallest, wanted.n_customers) == (23, 10, 12)
    assert [(group.key, group.n) for group in wanted.countries] == [("BR", 12), ("US", 11)]
    assert [(group.name, group.n) for group in wanted.segments] == [("Brazil", 12)]
    assert (wanted.orders.n_orders, wanted.orders.net_minor, wanted.orders.currency) == (24, 240_000, "USD")


def test_groups_too_small_to_be_shown_are_not(db):
    idea = cast.idea(cast.board())
    voters(idea, 9, country="BR", orders=1)
    assert not who_wants(idea, NOON).is_told
    voters(idea, 3, country="US")

    wanted = who_wants(idea, NOON)

    # 9 bought and 3 did not, 9 are in Brazil and 3 are not: each would tell of the few.
    assert wanted.n == 12
    assert not wanted.is_told


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"BR": 30, "US": 20}, ["BR", "US"]),
        ({"BR": 30, "US": 20, "DE": 3}, ["BR"]),  # 53 - 50 would tell of three
        ({"BR": 30, "DE": 3, "FR": 8}, ["BR"]),
        ({"DE": 3}, []),
        ({"BR": 30, "DE": 3}, []),
    ],
)
def test_nothing_small_is_left_over_by_what_is_shown(counts, shown):
    assert large_enough(counts, 10) == shown


def test_segments_know_who_proposes_votes_and_whose_idea_is_built(db):
    people = [Customer.objects.create(first_seen_at=NOON) for _ in range(2)]
    author, voter = (cast.member(customer=customer) for customer in people)
    idea = cast.idea(cast.board(), "Sell it in green", by=author)
    operations.cast(member=voter, idea=idea, now=NOON)
    keep(NOON)
    told = set(PersonCount.objects.values_list("customer", "fact", "value"))
    assert told == {
        (people[0].pk, "ideas", 1),
        (people[0].pk, "idea_votes", 1),
        (people[0].pk, "ideas_followed", 1),
        (people[1].pk, "idea_votes", 1),
    }

    answer(
        staff=cast.moderator(), idea=idea, state=Idea.State.PLANNED, reason="We build it in spring.", now=NOON
    )
    operations.withdraw_vote(member=voter, idea=idea, now=NOON)
    keep(NOON)

    tags = PersonTag.objects.filter(tag__fact="wanted").values_list("customer", "tag__value")
    assert set(tags) == {(people[0].pk, f"{idea.pk} Sell it in green")}
    assert not PersonCount.objects.filter(customer=people[1].pk).exists()
    asked = segments.version(
        segments.rule(("ideas", "at_least", 1), ("wanted", "is", [f"{idea.pk} Sell it in green"]))
    )
    assert list(members_of(asked, NOON)) == [people[0].pk]


def test_members_go_with_a_customer_who_was_found_to_be_another(db):
    one, other = (Customer.objects.create(first_seen_at=NOON) for _ in range(2))
    lee = cast.member(customer=other)

    merge_customers(
        kept=one, other=other, evidence="The same person said so.", staff=cast.manager(), now=NOON
    )

    lee.refresh_from_db()
    assert lee.customer == one
