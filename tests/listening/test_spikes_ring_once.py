import json
from datetime import timedelta

import pytest
from django.core import mail

from livingroom.listening import answers
from livingroom.listening.answers import Answered, add_source
from livingroom.listening.models import Alert, AlertDelivery, HourCount
from livingroom.listening.spikes.course import hours_before, why_then
from livingroom.listening.spikes.detecting import detect
from livingroom.listening.spikes.quiet import detect_silence
from livingroom.listening.spikes.raising import close_alert
from livingroom.listening.spikes.telling import add_receiver, deliver_due
from livingroom.listening.spikes.timers import look_for_answers, running_timers
from livingroom.listening.templatetags.listening import language_reason, share_reason
from livingroom.networks.transport import Answer, Transport
from livingroom.networks.webhook.signing import prove
from livingroom.orders.secrecy import unseal
from livingroom.shared.models import Alarm
from tests.listening import cast
from tests.listening.cast import NOW, said

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRE = "my notebook is smoking, help"


@pytest.fixture
def topic(db):
    """A topic of which two things are said every six hours, for eight days."""
    made = cast.topic()
    for hours in range(6, 8 * 24, 6):
        said(2, NOW - hours * HOUR, made)
    cast.count_all()
    return made


@pytest.fixture
def spike(topic):
    branch = cast.branch()
    said(30, NOW - timedelta(minutes=30), topic, FIRE, branch=branch, negative_share=0.9)
    [alert] = detect(NOW)
    return alert


@pytest.fixture
def answered(monkeypatch):
    """A room above that tells of answers."""
    told: list[Answered] = []
    monkeypatch.setattr(answers, "_sources", [])
    add_source(lambda mentions: [one for one in told if one.mention_id in set(mentions)])
    return told


def test_a_loud_hour_rings_with_what_it_is_about(spike):
    assert spike.n == 30
    assert spike.expected < 2
    assert len(spike.evidence["mentions"]) == 5
    assert "smoking" in {term["term"] for term in spike.evidence["terms"]}
    assert spike.first_said_at == NOW - timedelta(minutes=30)
    assert Alarm.objects.ringing().get().url == f"/listening/alarms/{spike.pk}/"


def test_new_words_make_it_a_crisis(spike):
    assert spike.kind == Alert.Kind.CRISIS
    assert "new terms" in spike.evidence["reasons"]


def test_it_rings_once_a_day_and_for_its_parts_too(spike, topic):
    said(40, NOW + 2 * HOUR, topic, FIRE, branch=spike.branch)

    assert detect(NOW + 2 * HOUR) == []
    assert Alert.objects.count() == 1


def test_an_even_flow_does_not_ring(topic):
    said(2, NOW - timedelta(minutes=10), topic)

    assert detect(NOW) == []


def test_a_topic_that_is_new_knows_no_usual_and_keeps_quiet():
    new = cast.topic("New", "new", now=NOW - 3 * HOUR)
    said(50, NOW - timedelta(minutes=5), new)

    assert [alert.topic for alert in detect(NOW)] == []


def test_the_timer_runs_until_a_human_of_the_right_branch_has_answered(spike, answered):
    other = cast.branch("usa", "en", "US")
    mention = spike.evidence["mentions"][0]
    [timer] = running_timers(NOW)

    answered.append(Answered(mention, NOW + timedelta(minutes=5), "Ben", other.pk))
    assert look_for_answers(NOW + HOUR) == 0
    answered.append(
        Answered(mention, NOW + timedelta(minutes=9), "Ana", int(next(iter(spike.evidence["branches"]))))
    )
    assert look_for_answers(NOW + HOUR) == 1

    spike.refresh_from_db()
    assert (timer.minutes, timer.alert) == (30, spike)
    assert (spike.answered_by, spike.answered_at) == ("Ana", NOW + timedelta(minutes=9))
    assert running_timers(NOW + HOUR) == []
    assert not Alarm.objects.ringing().exists()


def test_a_closed_alarm_stops_its_timer_and_says_why(spike):
    close_alert(staff=cast.staff(), alert=spike, why="A test of the fire brigade", now=NOW)

    assert running_timers(NOW) == []


def test_mail_and_webhook_are_told_and_tried_again(topic, monkeypatch):
    hook, secret = add_receiver(
        staff=cast.staff(), kind="webhook", address="https://a.example/x", only_crises=True, now=NOW
    )
    add_receiver(staff=cast.staff(), kind="mail", address="boss@brand.example", only_crises=False, now=NOW)
    sent: list[dict] = []

    def write(self, method, url, *, content, headers):
        sent.append({"url": url, "content": content, "headers": headers})
        if len(sent) == 1:
            raise OSError("no road")
        return Answer(200, {}, b"")

    monkeypatch.setattr(Transport, "write", write)
    said(30, NOW - timedelta(minutes=30), topic, FIRE)
    detect(NOW)

    assert deliver_due(NOW) == 1
    assert deliver_due(NOW + timedelta(seconds=30)) == 0
    assert deliver_due(NOW + timedelta(minutes=2)) == 1

    prove([unseal(hook.secret)], sent[1]["headers"], sent[1]["content"], NOW + timedelta(minutes=2))
    assert secret == unseal(hook.secret)
    assert sent[0]["headers"]["webhook-id"] == sent[1]["headers"]["webhook-id"]
    assert json.loads(sent[1]["content"])["type"] == "alarm.crisis"
    assert "smoking" in mail.outbox[0].body
    assert not AlertDelivery.objects.filter(delivered_at=None).exists()


def test_a_spike_becomes_a_crisis_when_somebody_speaks_whom_many_hear(topic):
    said(30, NOW - timedelta(minutes=30), topic)
    [alert] = detect(NOW)
    assert alert.kind == Alert.Kind.SPIKE

    said(1, NOW + timedelta(minutes=10), topic, author_followers=500_000)
    detect(NOW + timedelta(minutes=20))

    alert.refresh_from_db()
    assert (alert.kind, alert.evidence["reasons"]) == (Alert.Kind.CRISIS, ["reach"])


def test_silence_rings_and_ends_when_it_speaks_again(db):
    HourCount.objects.bulk_create(
        HourCount(hour=NOW - hours * HOUR, topic_number=0, language="en", n=3) for hours in range(7, 30 * 24)
    )
    said(1, NOW - 40 * DAY)

    raised = detect_silence(NOW)
    assert {alert.kind for alert in raised} == {Alert.Kind.SILENCE}
    assert detect_silence(NOW) == []
    HourCount.objects.bulk_create(
        HourCount(hour=NOW - hours * HOUR, topic_number=0, language="en", n=3) for hours in range(1, 7)
    )
    detect_silence(NOW)

    assert not Alert.objects.filter(closed_at=None).exists()


def test_an_alarm_says_why_it_did_not_come_sooner(topic):
    said(2, NOW - 3 * HOUR, topic, FIRE)
    said(3, NOW - 2 * HOUR, topic, FIRE)
    said(30, NOW - timedelta(minutes=30), topic, FIRE)
    [alert] = detect(NOW)
    Alert.objects.filter(pk=alert.pk).update(first_said_at=NOW - 3 * HOUR)

    hours = hours_before(alert := Alert.objects.get(pk=alert.pk))

    assert [one.n for one in hours][-1] == 30
    assert max(one.n for one in hours[:-1]) == 3
    assert hours[-1].z == pytest.approx(alert.score, abs=0.01), "the stored counts say what the alarm said"
    told = why_then(alert)
    assert told.startswith("An alarm is due from 5 mentions in an hour and z of 3: ")
    assert "before had at most 3 mentions" in told
    assert f"there were 30 and z was {alert.score:.1f}." in told


def test_an_alarm_in_the_hour_of_the_first_mention_says_so(spike):
    assert "in the hour of the first mention there were 30" in why_then(spike)


def test_reasons_name_languages_and_write_shares_as_percent():
    reason = "Words read as en 0.99 against fr 0.01, the author uses de."

    assert language_reason(reason) == "Words look like English 99% against French 1%, the author uses German."
    assert share_reason("negative 0.61: lexicon -0.44.") == "negative 61%: lexicon -0.44."


def test_an_alarm_that_came_after_the_rest_names_the_one_that_spoke_before(spike, topic):
    said(60, NOW + 2 * HOUR, topic, FIRE)
    cast.count_all()
    later = Alert(kind="spike", scope=spike.scope, hour=spike.hour + 24 * HOUR, first_said_at=NOW + 2 * HOUR)

    assert "spoke for it, as one does for 24 hours" in why_then(later)
