from datetime import timedelta

import pytest

from livingroom.inbox.models import Message, Rule, RuleRun, SavedReply, SavedText, Team
from livingroom.inbox.rules.dry import dry_run
from livingroom.inbox.rules.running import run_rules, silence_happened, words_happened
from tests.inbox import answering_cast as cast
from tests.inbox.answering_cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    return cast.conversation("My order never came!", at=NOON - timedelta(hours=6))


def rule(name="Lost orders", when="opened", place=1, **facts) -> Rule:
    values = {"is_on": True, "changed_at": NOON - timedelta(days=1), **facts}
    return Rule.objects.create(name=name, when=when, place=place, **values)


def opened(case):
    return words_happened([case.messages.first().pk], [case.pk])


def test_a_rule_acts_on_what_fits_says_why_and_only_once(case):
    team = Team.objects.create(name="Orders")
    rule(
        conditions={"words": ["never came"], "languages": ["en"]},
        actions={"team": team.pk, "tags": ["lost"], "priority": 2},
    )

    [run] = run_rules(opened(case), NOON)
    assert run_rules(opened(case), NOON) == []

    case.refresh_from_db()
    assert (case.team, case.tags, case.priority) == (team, ["lost"], 2)
    assert "it says “never came”" in run.why
    assert case.steps.filter(by_rule="Lost orders").count() == 3


@pytest.mark.parametrize(
    "conditions",
    [
        {"words": ["came never"]},
        {"not_words": ["order"]},
        {"languages": ["de"]},
        {"branches": ["other"]},
        {"followers_from": 1000},
        {"customer": "yes"},
        {"in_hours": "no"},
    ],
)
def test_one_condition_that_does_not_hold_is_enough_to_leave_it(case, conditions):
    rule(conditions=conditions, actions={"close": True})

    assert run_rules(opened(case), NOON) == []


def test_what_is_old_when_it_comes_is_history(case):
    rule(actions={"close": True})

    assert run_rules(opened(case), NOON + timedelta(days=1)) == []


def test_where_a_rule_stops_no_later_rule_is_asked(case):
    rule("First", actions={"tags": ["first"]}, stops_here=True)
    rule("Second", place=2, actions={"tags": ["second"]})

    run_rules(opened(case), NOON)

    case.refresh_from_db()
    assert case.tags == ["first"]


def test_a_machine_answers_once_an_hour_and_sets_no_rule_off(case):
    reply = SavedReply.objects.create(shortcut="got-it", title="Got it", changed_at=NOON)
    SavedText.objects.create(reply=reply, language="en", text="We have got it.")
    rule(when="said", actions={"reply": reply.pk})
    first, second = (cast.said(case, words, at=NOON) for words in ("Hello?", "Hello??"))

    run_rules(words_happened([first.pk, second.pk], []), NOON)

    assert Message.objects.filter(is_automatic=True).count() == 1
    assert "within the hour" in RuleRun.objects.get(because=f"said {second.pk}").problem


def test_silence_is_asked_about_once_and_one_that_breaks_holds_up_no_other(case):
    nobody = cast.staff("Ian", "analyst")
    rule("Broken", when="unanswered", hours=4, actions={"owner": nobody.pk})
    late = rule("Late", when="unanswered", hours=4, place=2, actions={"priority": 1})

    for _ in range(2):
        late.refresh_from_db()
        run_rules(silence_happened(late, NOON), NOON)

    case.refresh_from_db()
    assert case.priority == 1
    assert RuleRun.objects.filter(rule=late).count() == 1
    assert "may not answer" in RuleRun.objects.get(rule__name="Broken").problem


def test_a_dry_run_tells_what_each_would_have_done_and_writes_nothing(client, case):
    client.force_login(cast.ada())
    tried = rule(is_on=False, conditions={"words": ["order"]}, actions={"tags": ["lost"], "close": True})
    late = rule("Late", when="unanswered", is_on=False, hours=5, place=2, actions={"priority": 1})

    found, n_asked = dry_run([tried, late], NOON)

    assert n_asked == 1
    assert [(one.rule, one.does) for one in found] == [
        (tried, ["tag it lost", "close it"]),
        (late, ["set its priority to urgent"]),
    ]
    assert not RuleRun.objects.exists()
    page = client.get("/inbox/rules/try/?off=1").content.decode()
    assert "tag it lost; close it" in page


def test_a_rule_is_written_tried_and_saved_on_one_page(client, case):
    client.force_login(cast.ada())
    form = {
        "name": "Lost",
        "when": "opened",
        "hours": "4",
        "words": "never came",
        "do_tags": "lost",
        "is_on": "on",
    }

    tried = client.post("/inbox/rules/new/", {**form, "try": "1"}).content.decode()
    assert "It would have acted 1 time" in tried
    assert not Rule.objects.exists()
    assert client.post("/inbox/rules/new/", {**form, "do_tags": ""}).status_code == 422
    client.post("/inbox/rules/new/", form)

    saved = Rule.objects.get()
    assert (saved.conditions, saved.actions) == ({"words": ["never came"]}, {"tags": ["lost"]})
