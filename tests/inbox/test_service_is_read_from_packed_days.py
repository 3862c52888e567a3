"""What a packed day says is what its rows say; every figure opens its cases."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import numpy as np
import pytest

from livingroom.branches.models import Branch
from livingroom.inbox.csat.models import Asked, Survey
from livingroom.inbox.models import Author, Conversation, Message, Step
from livingroom.inbox.reports import asking, views
from livingroom.inbox.reports.cases import FIGURES, cases_of
from livingroom.inbox.reports.checking import differences
from livingroom.inbox.reports.choosing import choose
from livingroom.inbox.reports.models import ServiceDay, StaleDay
from livingroom.inbox.reports.parts import parts_of
from livingroom.inbox.reports.reading import Service, read_days
from livingroom.inbox.reports.rolling import mark_stale, roll_stale
from livingroom.inbox.reports.showing import table
from livingroom.measure.estimate import Estimate
from livingroom.people.models import Staff

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 15)
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
N = 60

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Staff:
    return Staff.objects.create_user("boss@corner.test", name="Boss", role=Staff.Role.MANAGER)


@pytest.fixture
def fortnight(boss: Staff) -> None:
    """Two weeks of two branches, with everything that makes a figure hard."""
    rng = np.random.default_rng(11)
    survey = Survey.objects.create(name="S")
    places = [
        Branch.objects.create(slug=s, name=s, network="sandbox", handle=s, purpose="service", opened_on=FIRST)
        for s in "ab"
    ]
    people = [
        Author.objects.create(network="sandbox", author_id=str(n), first_seen_at=START) for n in range(40)
    ]
    for n in range(N):
        opened = START + timedelta(minutes=int(rng.integers(0, 13 * 24 * 60)))
        asker, peer = rng.choice(40, 2, replace=False)
        case = Conversation.objects.create(
            network="sandbox", thread_key=str(n), author=people[asker], branch=places[n % 2], language="pt" if n % 3 else "en",
            about="repair" if n % 4 else "price", opened_at=opened, last_message_at=opened, n_in=1,
        )  # fmt: skip
        _tell(case, boss, people[peer], opened, rng)
        if n % 3 == 0:
            closed = opened + timedelta(hours=30)
            Asked.objects.create(
                survey=survey, conversation=case, author=case.author, closed_at=closed, ask_at=closed, asked_at=closed,
                rating=int(rng.integers(1, 6)) if n % 2 else None, answered_at=closed if n % 2 else None, state="asked",
            )  # fmt: skip
    mark_stale(FIRST + timedelta(days=n) for n in range(14))
    roll_stale(NOW)


def _tell(case: Conversation, boss: Staff, peer: Author, opened: datetime, rng: np.random.Generator) -> None:
    def say(minutes: int, **said: object) -> None:
        words.append(Message(conversation=case, at=opened + timedelta(minutes=minutes), **said))

    def step(minutes: int, verb: str) -> None:
        steps.append(Step(conversation=case, at=opened + timedelta(minutes=minutes), staff=boss, verb=verb))

    words, steps = [], []
    _script(int(case.thread_key) % 6, say, step, case, boss, peer, rng)
    Message.objects.bulk_create(words)
    Step.objects.bulk_create(steps)


def _script(
    kind: int, say, step, case: Conversation, boss: Staff, peer: Author, rng: np.random.Generator
) -> None:  # type: ignore[no-untyped-def]
    say(0, direction="in", author=case.author, text="Help")
    if kind == 1:
        say(3, direction="in", author=peer, text="I know")
    say(1, direction="out", state="sent", is_automatic=True, text="We have it")
    if kind == 0:
        return  # nobody answered
    wait = int(rng.integers(2, 3000))
    say(wait, direction="out", state="sent", staff=boss, text="Here")
    if kind == 2:
        step(wait, "waits for the customer")
        say(wait + 500, direction="in", author=case.author, text="And now?")
        say(wait + 590, direction="out", state="sent", staff=boss, text="So")
    if kind == 3:
        step(wait, "waits for the customer")
        return  # and waits still
    step(wait + 600, "closed")
    if kind == 4:
        step(wait + 800, "opened again")


def test_packed_days_say_what_the_rows_say(fortnight: None) -> None:
    assert Service(read_days(FIRST, LAST), NOW).n == N
    assert differences(FIRST, LAST, NOW) == []


def test_the_check_notices_a_day_that_was_changed_behind_its_back(fortnight: None) -> None:
    Message.objects.filter(direction="out", is_automatic=False).order_by("pk").first().delete()  # type: ignore[union-attr]

    assert differences(FIRST, LAST, NOW)


def test_the_check_notices_a_packed_day_that_was_changed_even_after_it_was_read(fortnight: None) -> None:
    Service(read_days(FIRST, LAST), NOW)
    day = ServiceDay.objects.order_by("on").first()
    assert day is not None
    ServiceDay.objects.filter(pk=day.pk).update(closes=b"", waits=b"")

    assert differences(FIRST, LAST, NOW)


def test_a_day_that_changed_is_packed_anew(fortnight: None, boss: Staff) -> None:
    case = Conversation.objects.order_by("opened_at").first()
    assert case is not None
    Message.objects.filter(conversation=case, direction="out").delete()
    mark_stale([case.opened_at.date()])

    roll_stale(NOW)

    assert not StaleDay.objects.exists()
    assert differences(FIRST, LAST, NOW) == []


def test_who_still_waits_makes_the_median_longer_than_leaving_them_out(fortnight: None) -> None:
    found = Service(read_days(FIRST, LAST), NOW)
    n, answered_only = found.first_waits
    plain = np.median(answered_only)

    honest = found.first_median

    assert n > len(answered_only)
    assert isinstance(honest, Estimate)
    assert honest.value > plain


def test_every_figure_opens_its_cases_and_they_are_as_many(fortnight: None) -> None:
    packed = read_days(FIRST, LAST)
    found = Service(packed, NOW)

    n = {figure: cases_of(packed, figure, NOW)[1] for figure in FIGURES}
    everything, _ = cases_of(packed, "all", NOW)

    assert n["all"] == N == n["answered"] + n["unanswered"]
    assert isinstance(found.answered, Estimate)
    assert n["answered"] == round(found.answered.value * found.answered.n)
    assert n["rated"] == N // 6
    assert n["unhappy"] <= n["rated"]
    assert n["late_24h"] <= n["late_1h"]
    newest_first = Conversation.objects.order_by("-opened_at").values_list("pk", flat=True)
    assert everything.tolist() == list(newest_first)
    assert cases_of(packed, "all", NOW, at_most=7)[0].tolist() == list(newest_first[:7])


def test_one_branch_alone_is_its_own_rows(fortnight: None) -> None:
    branch = Branch.objects.get(slug="a")

    packed = read_days(FIRST, LAST, branches=[branch.pk])

    assert set(cases_of(packed, "all", NOW)[0].tolist()) == set(
        branch.conversations.values_list("pk", flat=True)
    )
    assert ServiceDay.objects.filter(branch_number=branch.pk).count() == len(
        {at.date() for at in branch.conversations.values_list("opened_at", flat=True)}
    )


@pytest.mark.parametrize("split", [split for split in asking.SPLITS if split != "segment"])
def test_every_row_of_the_table_opens_its_own_conversations(fortnight: None, split: str) -> None:
    asked = asking.Asked.read({"start": str(FIRST), "end": str(LAST), "split": split})
    Conversation.objects.filter(pk__in=Conversation.objects.values("pk")[:9]).update(
        language="", about="", branch=None
    )
    mark_stale(FIRST + timedelta(days=n) for n in range(14))
    roll_stale(NOW)

    chosen = choose(asked, NOW)
    rows = table(parts_of(chosen, Service(chosen.packed, NOW), asked), sees_people=False)

    assert sum(int(row["n"]) for row in rows) == N
    for row in rows:
        opened = asking.Asked.read(dict(parse_qsl(row["url"][1:])))
        assert str(cases_of(opened.packed(LAST), "all", NOW)[1]) == row["n"]


def test_another_figure_is_chosen_for_the_same_days_and_long_lists_have_pages(
    fortnight: None, boss: Staff, client, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(views, "SHOWN", 25)
    client.force_login(boss)
    address = f"/service/cases/?start={FIRST}&end={LAST}&figure=all"

    first, last, beyond = (client.get(f"{address}&page={page}").content.decode() for page in (1, 3, 9))

    assert f'<input type="hidden" name="start" value="{FIRST}">' in first
    assert [page.count("<tr><th scope") - 1 for page in (first, last)] == [25, 10]
    assert "1 to 25 of 60" in first
    assert "51 to 60 of 60" in last
    assert 'rel="next"' in first
    assert 'rel="next"' not in last
    assert "No such conversation" in beyond


def test_the_pages_show_figures_with_their_intervals_and_export_them(
    fortnight: None, boss: Staff, client
) -> None:  # type: ignore[no-untyped-def]
    client.force_login(boss)
    period = f"start={FIRST}&end={LAST}"

    page = client.get(f"/service/?{period}&split=subject").content.decode()
    narrowed = client.get(f"/service/?{period}&language=pt&split=language").content.decode()
    rows = client.get(f"/service/cases/?{period}&figure=unanswered").content.decode()
    file = client.get(f"/service/file.csv?{period}").content.decode()

    assert f"{N} conversations" in page
    assert "repair" in page
    assert "(95%)" in page
    assert "Portuguese" in narrowed
    assert "#" in rows
    assert file.startswith("branch,conversations,first_median_minutes_value")
    assert len(file.splitlines()) == 3
    assert client.get(f"/service/community/?{period}").status_code == 200
    assert "No conversations" in client.get("/service/?start=2020-01-01&end=2020-01-02").content.decode()
    assert client.get(f"/service/cases/?{period}&figure=nonsense").status_code == 404


@pytest.mark.parametrize(
    ("today", "days"),
    [(date(2026, 3, 20), "28"), (date(2026, 8, 1), "365"), (date(2029, 8, 1), "2026")],
)
def test_who_asks_for_no_days_begins_with_the_first_stretch_that_says_enough(
    fortnight: None, today: date, days: str
) -> None:
    asked = asking.Asked.read({}).with_days(today)

    assert asked.days == days
    assert len(asked.packed(today).cases) == N
    assert list(asking.periods()) == ["28", "90", "365", "2026"]


def test_days_that_were_asked_for_stay_even_where_they_say_little(fortnight: None) -> None:
    asked = asking.Asked.read({"days": "28"}).with_days(date(2029, 8, 1))

    assert (asked.days, asked.address()) == ("28", "days=28")
