"""Service figures by segment: its own conversations, as of today, and never of so few that they tell of people."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client

from livingroom.branches.models import Branch
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.inbox.reports.asking import Asked
from livingroom.inbox.reports.cases import cases_of
from livingroom.inbox.reports.choosing import Chosen, choose
from livingroom.inbox.reports.few import parts_of_few
from livingroom.inbox.reports.membership import writers
from livingroom.inbox.reports.parts import UNKNOWN, Part, parts_of
from livingroom.inbox.reports.reading import Service
from livingroom.inbox.reports.rolling import mark_stale, roll_stale
from livingroom.people.models import Customer
from livingroom.segments.keeping import keep
from livingroom.segments.models import Segment
from livingroom.segments.operations import save_segment
from tests.segments import cast
from tests.segments.cast import rule

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
DAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
PERIOD = {"start": "2026-03-01", "end": "2026-03-20"}


@pytest.fixture
def house() -> None:
    """Forty from Canada wrote, fifteen of them in French, three from Brazil, thirty whom nobody knows; two branches."""
    cache.clear()
    places = [cast.branch(slug, network="sandbox") for slug in "ab"]
    people = [*[("CA", "fr")] * 15, *[("CA", "en")] * 25, *[("BR", "pt")] * 3, *[(None, "en")] * 30]
    for n, (country, language) in enumerate(people):
        known = country and Customer.objects.create(country=country, language=language, first_seen_at=DAY)
        author = Author.objects.create(
            network="sandbox", author_id=str(n), customer=known or None, first_seen_at=DAY
        )
        for _ in range(1 + n % 2):
            _ask(author, places[0] if n < 36 or n >= 43 else places[1], answered=n % 3 > 0)
    mark_stale([DAY.date()])
    roll_stale(NOW)
    keep(NOW)
    for name, told in {
        "Canada": ("country", "is", ["CA"]), "French": ("language", "is", ["fr"]), "Brazil": ("country", "is", ["BR"]),
        "Americas": ("country", "is", ["CA", "BR"]),
    }.items():  # fmt: skip
        save_segment(
            staff=cast.staff(), name=name, rule=rule(told), purpose="service", ground="interest", now=NOW
        )


def _ask(author: Author, at: Branch, *, answered: bool) -> None:
    n = Conversation.objects.count()
    case = Conversation.objects.create(
        network="sandbox",
        thread_key=str(n),
        author=author,
        branch=at,
        opened_at=DAY,
        last_message_at=DAY,
        n_in=1,
    )
    Message.objects.create(conversation=case, at=DAY, direction="in", author=author, text="Help")
    if answered:
        later = DAY + timedelta(minutes=10 + n)
        Message.objects.create(
            conversation=case, at=later, direction="out", state="sent", staff=cast.staff(), text="So"
        )


def ask(**words: str) -> tuple[Asked, Chosen]:
    asked = Asked.read({**PERIOD, **words})
    return asked, choose(asked, NOW)


def rows(**words: str) -> dict[str, Part]:
    asked, chosen = ask(split="segment", **words)
    return {part.name: part for part in parts_of(chosen, Service(chosen.packed, NOW), asked).rows}


def figures(service: Service) -> Sequence[object]:
    return service.n, service.first_median, service.answered, service.within_1h


def test_a_segment_has_the_figures_of_its_own_peoples_conversations(house: None) -> None:
    own = Conversation.objects.filter(author__customer__language="fr")

    found = rows()["French"]
    _, chosen = ask(segment="french")

    assert set(cases_of(chosen.packed, "all", NOW)[0].tolist()) == set(own.values_list("pk", flat=True))
    assert figures(found.service) == figures(Service(chosen.packed, NOW))
    assert (found.service.n, found.people) == (own.count(), "15")


def test_rows_open_what_they_count_and_strangers_stand_apart(house: None) -> None:
    found = rows()

    assert {name for name, part in found.items() if part.is_told} == {"Canada", "French", UNKNOWN}
    assert found[UNKNOWN].service.n == Conversation.objects.filter(author__customer=None).count()
    for part in found.values():
        opened = choose(Asked.read(part.asked.parts()).about(split=""), NOW)
        assert cases_of(opened.packed, "all", NOW)[1] == part.service.n


def test_nothing_is_told_of_few_nor_of_what_differs_by_few(house: None) -> None:
    found = rows()

    assert [found["Brazil"].people, found["Americas"].people] == ["fewer than 10", "not told"]
    assert [ask(segment=slug)[1].is_told for slug in ("brazil", "americas", "canada")] == [False, False, True]


def test_other_filters_leave_out_nobody_or_enough(house: None) -> None:
    """Canada writes to one branch but for four people: neither its part nor theirs is told, by row or by address."""
    branch = str(Branch.objects.get(slug="a").pk)
    asked, chosen = ask(segment="canada", split="branch")

    parts = parts_of(chosen, Service(chosen.packed, NOW), asked).rows

    assert [part.is_told for part in parts] == [False, False]
    assert not ask(segment="canada", branch=branch)[1].is_told
    assert ask(segment="french", branch=branch)[1].is_told


def test_a_part_that_few_are_left_out_of_is_hidden_with_them() -> None:
    values = np.repeat([1, 2, 3], [4, 12, 40])

    few = parts_of_few(values, np.arange(56), np.ones(56, bool), 10)

    assert few == {1, 2}


def test_who_may_not_see_people_learns_no_numbers_of_few_and_opens_no_segment(house: None) -> None:
    manager, agent = cast.signed_in("manager"), cast.signed_in("agent")
    period = "&".join(f"{name}={value}" for name, value in PERIOD.items())

    seen, hidden = (
        client.get(f"/service/?{period}&split=segment").content.decode() for client in (manager, agent)
    )
    small = agent.get(f"/service/?{period}&segment=brazil").content.decode()
    file, of_few, by_branch = (
        agent.get(f"/service/file.json?{period}&{more}").json()["rows"]
        for more in ("split=segment", "split=segment&segment=brazil", "segment=brazil")
    )

    told = {
        row["segment"]: (row["people"], row["conversations"], row["answered_share_value"]) for row in file
    }
    assert told["Brazil"] == ("fewer than 10", None, None)
    assert told["French"][:2] == ("15", 22)
    assert {(row["conversations"], row["answered_share_value"]) for row in of_few + by_branch} == {
        (None, None)
    }
    assert "figure=all" in seen
    assert "segment=french&amp;figure" not in hidden
    assert "Too few people to tell of" in small
    assert "<p>Conversations that began" in small
    assert status(agent, f"/service/cases/?{period}&segment=french") == 403
    assert status(manager, f"/service/cases/?{period}&segment=brazil") == 200
    for page in (f"/service/community/?{period}&segment=brazil", f"/service/?{period}&segment=put-away"):
        assert status(agent, page) == 200


def status(client: Client, address: str) -> int:
    return client.get(address).status_code


def test_long_lists_have_pages_and_words_that_find(house: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livingroom.inbox.reports.parts.PAGE", 2)

    first, second, found = rows(), rows(segments_page="2"), rows(find="fren")

    assert list(first) == ["Canada", "French", UNKNOWN]
    assert set(second) == {"Brazil", "Americas", UNKNOWN}
    assert list(found) == ["French"]


def test_people_are_counted_once_and_hundreds_of_segments_are_held(house: None) -> None:
    """More segments than one number of a database has bits; one customer under two names is one person."""
    twin = Author.objects.create(
        network="x", author_id="twin", customer=Author.objects.get(author_id="0").customer, first_seen_at=DAY
    )
    versions = [row.current for row in Segment.objects.standing().order_by("pk") if row.current] * 9
    authors = np.array([*Author.objects.order_by("pk").values_list("pk", flat=True), 10**9])
    of_twins = np.isin(authors, [twin.pk, Author.objects.get(author_id="0").pk])

    who = writers(authors, versions, NOW)

    assert len(set(who.person[of_twins].tolist())) == 1
    assert [int(who.people_in(group).sum()) for group in (0, 1, 32, 33, 35, who.known, who.unknown)] == [
        40, 15, 40, 15, 43, 43, 31,
    ]  # fmt: skip
    assert sum(who.patterns.values()) == 74
