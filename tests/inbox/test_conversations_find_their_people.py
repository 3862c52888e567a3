"""Rules first, then language and country; then whoever is on duty with room, in turn."""

from datetime import UTC, datetime, timedelta

import pytest

from livingroom.branches.models import Branch, Host, Shift
from livingroom.inbox.models import Author, Conversation, Message, Team
from livingroom.inbox.routing.facts import facts_of, fits
from livingroom.inbox.routing.models import Desk, Pick, RoutingRule
from livingroom.inbox.routing.operations import NotOffered, give_out, pick_subject, route
from livingroom.listening.models import Correction, Mention
from livingroom.people.models import Staff
from livingroom.shared.models import Brand

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday

pytestmark = pytest.mark.django_db


def branch(slug: str, language: str, country: str, *, purpose: str = "service") -> Branch:
    return Branch.objects.create(
        slug=slug, name=slug, network="sandbox", handle=slug, purpose=purpose, language=language, country=country,
        opened_on=NOON.date(),
    )  # fmt: skip


def host(name: str, *branches: Branch) -> Staff:
    staff = Staff.objects.create_user(f"{name}@corner.test", name=name, role=Staff.Role.AGENT)
    made = Host.objects.create(name=name, initials=name[:2].upper(), staff=staff)
    for each in branches:
        each.hosts.add(made)
    return staff


def heard(
    text: str, *, to: Branch | None = None, language: str = "", country: str = "", **known: object
) -> Conversation:
    n = Mention.objects.count()
    mention = Mention.objects.create(
        network="sandbox", key=f"m{n}", source="replies", branch=to, kind="reply", at=NOON, heard_at=NOON, text=text,
        author_id=f"a{n}", language=language, country=country, understood_at=NOON, **known,
    )  # fmt: skip
    author = Author.objects.create(network="sandbox", author_id=f"a{n}", first_seen_at=NOON)
    found = Conversation.objects.create(
        network="sandbox", thread_key=f"t{n}", author=author, branch=to, language=language, country=country,
        about=mention.subject, opened_at=NOON, last_message_at=NOON, n_in=1, waiting_since=NOON,
    )  # fmt: skip
    Message.objects.create(
        conversation=found, direction="in", at=NOON, text=text, mention=mention, author=author
    )
    return found


@pytest.fixture
def brazil() -> Branch:
    Brand.current()
    return branch("brasil", "pt", "BR")


@pytest.fixture
def world(brazil: Branch) -> Branch:
    return branch("world", "en", "")


def test_the_account_spoken_to_answers_where_no_rule_fits(brazil: Branch, world: Branch) -> None:
    found = heard("Meu notebook esquenta", to=world, language="pt", country="BR")

    route([found], NOON)

    assert found.branch == world
    assert found.steps.get().by_rule == "the account that was spoken to"


def test_a_rule_goes_before_the_account_and_the_first_that_fits_decides(
    brazil: Branch, world: Branch
) -> None:
    team = Team.objects.create(name="Heat")
    RoutingRule.objects.create(name="heat in Brazil", position=1, countries=["BR"], terms=["aquecendo"], branch=brazil,
                               team=team, priority=Conversation.Priority.HIGH, kind="complaint")  # fmt: skip
    RoutingRule.objects.create(name="all of Brazil", position=2, countries=["BR"], branch=world)
    found = heard("O notebook está AQUECENDO!", to=world, language="pt", country="BR")

    route([found], NOON)

    assert (found.branch, found.team, found.priority, found.kind) == (brazil, team, 2, "complaint")
    assert found.steps.get().by_rule == "heat in Brazil"


def test_a_rule_sees_whole_words_without_accents_and_case(world: Branch) -> None:
    rule = RoutingRule(name="x", terms=["Müsli bar"])
    caught, other = heard("a MUSLI bar, please"), heard("musli barrel")

    facts = facts_of([caught, other])

    assert fits(rule, facts[caught.pk])
    assert not fits(rule, facts[other.pk])


def test_what_was_said_to_nobody_goes_to_its_language_and_country(brazil: Branch, world: Branch) -> None:
    portuguese = heard("Alguém sabe?", language="pt", country="BR")
    swedish = heard("Hej", language="sv", country="SE")

    route([portuguese, swedish], NOON)

    assert portuguese.branch == brazil
    assert swedish.branch is None  # nobody here speaks it: a person decides


def test_those_on_duty_take_turns_and_a_full_desk_gets_nothing(brazil: Branch) -> None:
    ana, rui = host("Ana", brazil), host("Rui", brazil)
    Desk.objects.create(staff=rui, room=1)
    found = [heard(f"Oi {n}", to=brazil) for n in range(4)]

    route(found, NOON)

    owners = [one.owner for one in found]
    assert owners.count(rui) == 1
    assert owners.count(ana) == 3
    assert owners[:2] in ([ana, rui], [rui, ana])


def test_who_is_off_duty_or_away_gets_nothing_until_they_are_back(brazil: Branch) -> None:
    ana, rui = host("Ana", brazil), host("Rui", brazil)
    Desk.objects.create(staff=rui, is_away=True)
    Shift.objects.create(branch=brazil, host=ana.host_set.get(), weekday=2, starts="14:00", ends="18:00")
    found = heard("Oi", to=brazil)

    route([found], NOON)
    nobody = found.owner
    n_given = give_out(NOON + timedelta(hours=3))

    found.refresh_from_db()
    assert nobody is None
    assert n_given == 1
    assert found.owner == ana
    assert found.steps.filter(verb="assigned").get().change == {"to": "Ana", "owner": ana.pk}


def test_an_unsure_subject_is_picked_by_a_person_and_learnt_from(brazil: Branch, world: Branch) -> None:
    ana = host("Ana", world, brazil)
    RoutingRule.objects.create(name="repairs", abouts=["repair"], branch=brazil)
    known = {"subject_share": 0.3, "reasons": {"subjects": ["delivery", "repair", "price"]}}
    found = heard("It does not start", to=world, **known)

    route([found], NOON)
    with pytest.raises(NotOffered):
        pick_subject(staff=ana, conversation=found, about="colour", now=NOON)
    pick_subject(staff=ana, conversation=found, about="repair", now=NOON)

    found.refresh_from_db()
    assert Pick.objects.get(conversation=found).picked == "repair"
    assert (found.about, found.branch) == ("repair", brazil)
    assert Correction.objects.get().is_now == "repair"


def test_the_pages_show_rules_desks_and_what_a_rule_would_have_caught(brazil: Branch, client) -> None:  # type: ignore[no-untyped-def]
    boss = Staff.objects.create_user("boss@corner.test", name="Boss", role=Staff.Role.MANAGER)
    host("Ana", brazil)
    heard("Quero trocar a bateria", to=brazil, language="pt")
    client.force_login(boss)

    tried = client.post("/inbox/routing/new/", {"name": "battery", "position": 1, "is_on": "on", "terms": "bateria",
                                                "priority": 2, "do": "try"})  # fmt: skip
    kept = client.post("/inbox/routing/new/", {"name": "battery", "position": 1, "is_on": "on", "terms": "bateria",
                                               "priority": 2})  # fmt: skip
    empty = client.post("/inbox/routing/new/", {"name": "nothing", "position": 1, "terms": "x"})
    page = client.get("/inbox/routing/")

    assert "1 of the latest 1 fit" in tried.content.decode()
    assert kept.status_code == 302
    assert empty.status_code == 422
    assert "Say what the rule does" in empty.content.decode()
    assert RoutingRule.objects.get().terms == ["bateria"]
    assert "battery" in page.content.decode()
    assert "Ana" in page.content.decode()
