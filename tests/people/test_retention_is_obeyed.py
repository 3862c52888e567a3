from datetime import timedelta

import pytest
from django.utils import timezone

from livingroom.inbox.form.models import Knock
from livingroom.inbox.models import Conversation, Message
from livingroom.listening.models import HourCount, Mention
from livingroom.people.models import RetentionRun
from livingroom.people.retention.kinds import kinds
from livingroom.people.retention.obeying import obey_policy, what_is_due
from livingroom.people.retention.policy import BadPolicy, read_policy
from livingroom.people.tasks import is_night
from livingroom.shared.models import Alarm
from tests.inbox import cast

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    settings.LAKE_URL = str(tmp_path / "lake")
    return tmp_path


def write(home, text: str) -> None:
    (home / "retention.toml").write_text(text)


RULE = '[[rule]]\nwhat = "{what}"\nkeep = "{keep}"\nthen = "{then}"\nwhy = "Because."\n'


def test_everything_that_is_kept_has_a_rule_with_a_reason():
    rules = read_policy()

    assert {rule.what for rule in rules} == set(kinds())
    assert all(len(rule.why) > 20 for rule in rules)


def test_a_line_of_ones_own_takes_the_place_of_ours(home):
    write(home, RULE.format(what="knocks", keep="2 weeks", then="erase"))

    rules = {rule.what: rule for rule in read_policy()}

    assert (rules["knocks"].keep_days, rules["knocks"].is_own) == (14, True)
    assert not rules["event log"].is_own


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (RULE.format(what="socks", keep="1 year", then="erase"), "nothing is called 'socks'"),
        (RULE.format(what="knocks", keep="soon", then="erase"), "'soon' is no length; write 30 days"),
        (RULE.format(what="knocks", keep="1 year", then="blank"), "cannot be done to knocks; it may be erase"),
        (RULE.format(what="event log", keep="3 days", then="erase"), "365 days at least"),
        (RULE.format(what="knocks", keep="1 day", then="erase") * 2, "rule 2: there is a rule about 'knocks' already"),
        ('[[rule]]\nwhat = "knocks"\nlasts = "1 day"\n', "keep, then, why is missing"),
        ("rule = 3", "holds [[rule]] parts"),
        ("[[rule", "cannot be read as TOML"),
    ],
)  # fmt: skip
def test_a_wrong_line_says_where_and_what_to_do_and_nothing_is_done(home, line, sentence):
    Knock.objects.create(visitor="v", at=NOW - timedelta(days=9))
    write(home, line)

    with pytest.raises(BadPolicy) as problem:
        obey_policy(NOW)

    assert any(sentence in said and "retention.toml" in said for said in problem.value.sentences)
    assert Knock.objects.count() == 1
    assert Alarm.objects.ringing().filter(kind="retention").exists()


def test_a_dry_run_counts_what_the_night_then_does(home):
    old = cast.conversation("Where is my parcel?", at=NOW - timedelta(days=1500))
    young = cast.conversation("And mine?", who="mo", at=NOW - timedelta(days=5))
    Conversation.objects.update(state="closed")
    Knock.objects.create(visitor="v", at=NOW - timedelta(days=9))
    write(home, RULE.format(what="event log", keep="for ever", then="blank"))

    due = {one.rule.what: one.n for one in what_is_due(read_policy(), NOW)}
    assert (Knock.objects.count(), Message.objects.exclude(text="").count()) == (1, 2)
    done = {run.what: run.n for run in obey_policy(NOW)}

    assert due == {**done, "event log": 0}
    assert (done["knocks"], done["closed conversations"], done["strangers' mentions"]) == (1, 1, 1)
    assert not old.messages.exclude(text="").exists()
    assert young.messages.get().text == "And mine?"
    assert [run.n for run in obey_policy(NOW)] == [0] * len(done)


def test_what_strangers_said_goes_and_how_much_was_said_stays():
    cast.mention("Hot, hot, hot", at=NOW - timedelta(days=1500), sentiment="negative")

    obey_policy(NOW)

    said = Mention.objects.get()
    assert (said.text, said.author_handle, said.who, said.sentiment) == ("", "", "erased", "negative")
    assert said.gone_at is None
    assert not HourCount.objects.exists()


def test_one_rules_trouble_does_not_stop_the_others(monkeypatch):
    Knock.objects.create(visitor="v", at=NOW - timedelta(days=9))
    from livingroom.people.retention import kinds as registry

    broken = registry._kinds["event log"]
    monkeypatch.setitem(
        registry._kinds, "event log", type(broken)(**{**vars(broken), "obey": lambda *_: 1 / 0})
    )

    runs = {run.what: run for run in obey_policy(NOW)}

    assert "ZeroDivisionError" in runs["event log"].problem
    assert runs["knocks"].n == 1
    assert Alarm.objects.ringing().get(kind="retention")


def test_the_night_comes_once_a_day():
    at = NOW.replace(hour=4)
    assert is_night(at)

    RetentionRun.objects.create(what="knocks", ran_at=at, keep_days=2, then="erase")

    assert not is_night(at + timedelta(hours=1))
    assert is_night(at + timedelta(days=1))
