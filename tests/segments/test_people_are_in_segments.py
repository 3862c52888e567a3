"""Who is in a segment: by what they bought, where they live, what they are interested in, and what they agreed to."""

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from livingroom.orders.models import Order
from livingroom.people.identities import merge_customers, undo_merge
from livingroom.people.models import Consent, Customer
from livingroom.segments.asking import (
    branches_of,
    is_member,
    members_of,
    overlap_of,
    size_of,
    sizes_of,
    which,
)
from livingroom.segments.checking import differences
from livingroom.segments.commands import segments
from livingroom.segments.facts import Fact, Kind, add_fact, add_reader, changed, forget_fact
from livingroom.segments.keeping import build, keep, sweep
from livingroom.segments.models import PersonFacts, ProductSign, StalePerson, Tag
from livingroom.segments.noticing import find_changes, has_changes
from livingroom.segments.reading import among
from tests.segments import cast
from tests.segments.cast import NOW, TODAY, branch, buy, customer, kept, rule, version

pytestmark = pytest.mark.django_db


def who(told: dict[str, Any], **facts: Any) -> set[int]:
    return set(members_of(version(told, **facts), NOW))


def test_country_behaviour_and_interest_find_people() -> None:
    code = cast.code_of(branch(), "FORGE10")
    ana, bob, eve = customer("CA", handle="bluesky:ana"), customer("BR"), customer("US")
    for person in (ana, bob, eve):
        buy(person, 30, codes=[code.text], division="Home", product="Forge One, Mouse")
        buy(person, 300)
    buy(bob, 5, net_minor=0, gross_minor=5_000)  # all of it came back
    kept()

    told = rule(
        ("country", "is", ["CA", "BR"]), ("orders_year", "at_least", 2), ("interest", "is", ["gaming"])
    )
    assert who(told) == {ana.pk, bob.pk}
    assert who(rule(("orders", "at_least", 3))) == set()
    assert who(rule(("network", "is", ["bluesky"]))) == {ana.pk}
    assert who(rule(("product", "is_all", ["Forge One", "Mouse"]), ("country", "is_not", ["US"]))) == {
        ana.pk,
        bob.pk,
    }
    assert who(rule(("code", "is", ["FORGE10"]))) == {ana.pk, bob.pk, eve.pk}
    assert who({"not": rule(("country", "is", ["US"]))}) == {ana.pk, bob.pk}
    assert who({"any": [rule(("country", "is", ["US"])), rule(("network", "is", ["bluesky"]))]}) == {
        ana.pk,
        eve.pk,
    }
    assert who(rule(("interest", "is", ["never heard of"]))) == set()
    assert who(rule(("interest", "is_not", ["never heard of"]))) == {ana.pk, bob.pk, eve.pk}


def test_bands_have_their_written_limits() -> None:
    people = [customer() for _ in range(5)]
    for person, days, net in zip(
        people, (30, 31, 90, 181, 366), (4_999, 5_000, 15_000, 50_000, 150_000), strict=True
    ):
        buy(person, days, net_minor=net)
    never = customer()
    kept()

    by_band = [who(rule(("recency", "is", [band]))) for band in (5, 4, 3, 2, 1)]
    assert by_band == [{people[0].pk}, {people[1].pk, people[2].pk}, set(), {people[3].pk}, {people[4].pk}]
    assert [who(rule(("money", "is", [band]))) for band in (1, 2, 3, 4, 5)] == [
        {person.pk} for person in people
    ]
    assert who(rule(("frequency", "is", [1]))) == {person.pk for person in people}
    assert who(rule(("last_order", "not_within_days", 365))) == {people[4].pk, never.pk}


def test_the_worked_example_of_the_page_holds() -> None:
    person = customer()
    buy(person, 90, net_minor=10_000)
    buy(person, 200, net_minor=6_000)
    kept()

    told = rule(("recency", "is", [4]), ("frequency", "is", [2]), ("money", "is", [3]))
    assert who(told) == {person.pk}


def test_products_tell_of_interests_where_the_house_says_so() -> None:
    ProductSign.objects.create(interest="gaming", words="forge")
    player, clerk = customer(), customer()
    buy(player, product="Corner Forge 17")
    buy(clerk, product="Ledger Pad")
    kept()

    assert who(rule(("interest", "is", ["gaming"]))) == {player.pk}


def test_who_took_a_yes_back_is_in_no_segment_for_that_purpose() -> None:
    yes, no, silent = customer(), customer(), customer()
    for person, back in ((yes, None), (no, NOW)):
        Consent.objects.create(
            customer=person, purpose="offers", given_at=NOW, source="shop", withdrawn_at=back
        )
    kept()
    everybody = rule(("country", "is", ["CA"]))

    assert who(everybody, ground="interest") == {yes.pk, silent.pk}
    assert who(everybody, ground="consent") == {yes.pk}
    assert who(everybody, ground="interest", purpose="research") == {yes.pk, no.pk, silent.pk}

    Consent.objects.filter(customer=yes).update(withdrawn_at=NOW + timedelta(days=1))
    kept()
    assert who(everybody, ground="consent") == set()


def test_who_was_merged_counts_once_and_who_was_erased_not_at_all() -> None:
    one, two, gone = customer(), customer(), customer()
    buy(one)
    buy(two)
    buy(gone)
    kept()
    merge = merge_customers(staff=cast.staff("manager"), kept=one, other=two, evidence="one phone", now=NOW)
    Customer.objects.filter(pk=gone.pk).delete()
    kept()

    told = rule(("orders", "at_least", 1))
    assert who(told) == {one.pk}
    assert who(rule(("orders", "at_least", 2))) == {one.pk}
    assert list(differences(NOW)) == []

    undo_merge(staff=cast.staff("manager"), merge=merge, now=NOW + timedelta(hours=1))
    kept()
    assert who(told) == {one.pk, two.pk}


def test_only_what_changed_is_read_and_the_check_finds_what_no_sign_told() -> None:
    people = [customer() for _ in range(3)]
    for person in people:
        buy(person)
    build(NOW)
    assert not has_changes(TODAY)

    buy(people[0], 3)
    assert has_changes(TODAY)
    find_changes(TODAY)
    assert set(StalePerson.objects.values_list("pk", flat=True)) <= {person.pk for person in people}
    keep(NOW)
    assert list(differences(NOW)) == []

    Customer.objects.filter(pk=people[1].pk).update(country="BR")  # past every door
    PersonFacts.objects.filter(pk=people[2].pk).update(net_minor=1)
    found = list(differences(NOW))
    assert [f"customer {people[1].pk}" in found[0], "net_minor is 10000, and 1 is stored" in found[1]] == [
        True,
        True,
    ]

    while sweep(NOW):
        pass
    assert list(differences(NOW)) == []


def test_rows_are_found_in_whatever_order_a_database_gives_its_people() -> None:
    ana, bob, eve = (customer() for _ in range(3))
    for person in (ana, bob, eve):
        buy(person)

    (condition,) = among("customer", [ana.pk, eve.pk, bob.pk])

    assert set(Order.objects.filter(condition).values_list("customer", flat=True)) == {ana.pk, bob.pk, eve.pk}


def test_an_order_grows_out_of_the_year_by_itself() -> None:
    person = customer()
    buy(person, 364)
    buy(customer(), 1)  # the house is alive
    kept()
    two = version(rule(("orders_year", "at_least", 1), ("country", "is", ["CA"])))
    assert is_member(person.pk, two, NOW)

    later = NOW + timedelta(days=3)
    assert has_changes(later.date())
    keep(later)

    assert not is_member(person.pk, two, later)
    assert list(differences(later)) == []


def test_values_without_a_bit_are_kept_in_rows_and_found_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livingroom.segments.tags.BITS", 1)
    a, b = branch("a", interests=["one", "two", "three", "four"]), branch("b", interests=["four"])
    ana, bob = customer(), customer()
    buy(ana, codes=[cast.code_of(a, "AAA").text])
    buy(bob, codes=[cast.code_of(b, "BBB").text])
    kept()

    assert Tag.objects.filter(fact="interest", word=None).count() >= 2
    assert who(rule(("interest", "is_all", ["one", "two", "three", "four"]))) == {ana.pk}
    assert who(rule(("interest", "is", ["one", "four"]))) == {ana.pk, bob.pk}
    assert who(rule(("interest", "is_not", ["one"]))) == {bob.pk}
    assert list(differences(NOW)) == []


def test_rooms_above_tell_numbers_and_words() -> None:
    ana, bob = customer(), customer()
    ideas, said = {ana.pk: 3}, {bob.pk: {"gaming"}}
    add_fact(Fact("ideas_test", "Ideas", Kind.NUMBER), read=lambda numbers: ideas)
    add_reader("interest", told := lambda numbers: said)
    try:
        kept()
        assert who(rule(("ideas_test", "at_least", 3))) == {ana.pk}
        assert who(rule(("ideas_test", "at_most", 0))) == {bob.pk}
        assert who(rule(("interest", "is", ["gaming"]))) == {bob.pk}

        ideas[ana.pk], ideas[bob.pk] = 0, 7
        changed([ana.pk, bob.pk])
        kept()
        assert who(rule(("ideas_test", "at_least", 1))) == {bob.pk}
        assert list(differences(NOW)) == []
    finally:
        forget_fact("ideas_test")
        from livingroom.segments import facts

        facts._readers["interest"].pop(f"{told.__module__}.{told.__qualname__}")


def test_sizes_overlap_and_membership_agree() -> None:
    people = [customer("CA" if n % 2 else "BR") for n in range(12)]
    for person in people[:7]:
        buy(person)
    kept()
    canada, bought = version(rule(("country", "is", ["CA"]))), version(rule(("orders", "at_least", 1)))

    patterns = overlap_of([canada, bought], NOW)

    assert patterns == {0: 2, 1: 3, 2: 4, 3: 3}
    assert sizes_of([canada, bought], NOW) == {canada.pk: 6, bought.pk: 7}
    assert size_of(canada, NOW) == 6
    found = which([person.pk for person in people[:3]], [canada, bought], NOW)
    assert found == {canada: {people[1].pk}, bought: {person.pk for person in people[:3]}}
    assert list(members_of(bought, NOW, page=2)) == [person.pk for person in people[:7]]
    assert list(members_of(bought, NOW, after=people[4].pk, page=2)) == [people[5].pk, people[6].pk]


def test_branches_speak_to_a_segment_unless_the_rule_says_no() -> None:
    forge, brasil = branch("forge"), branch("brasil", country="BR", language="pt", interests=["deals"])
    world = branch("world", country="", interests=[], division="")
    branch("closed", closed_on=TODAY)

    gamers_in_america = version(
        rule(("interest", "is", ["gaming"]), ("country", "is", ["US"]), ("orders_year", "at_least", 2))
    )
    assert branches_of(gamers_in_america) == [forge, world]
    assert branches_of(version(rule(("orders_year", "at_least", 2)))) == [brasil, forge, world]


def test_the_command_proves_the_rows_or_names_whom_they_are_wrong_of() -> None:
    person = customer()
    buy(person)
    build(NOW)
    said = CliRunner().invoke(segments, ["check"])
    assert (said.exit_code, "1 people" in said.output) == (0, True)

    PersonFacts.objects.update(country="BR")
    said = CliRunner().invoke(segments, ["check"])

    assert said.exit_code == 1
    assert f"customer {person.pk}: country is CA, and BR is stored" in said.output
