"""Credit by channel, overlap and leaks: measured together, once figures have come to rest."""

from datetime import timedelta

import duckdb
import pytest

from livingroom.attribution import whole
from livingroom.attribution.lake import open_lake
from livingroom.attribution.models import ChannelCredit, Leak, Overlap, WholeRun
from livingroom.attribution.whole import is_due, measure_whole
from livingroom.measure.overlap import overlap
from livingroom.measure.summary import GRADES
from livingroom.shared.models import Alarm
from tests.attribution.scene import DAY, HOUR, MINUTE, NOON

LATER = NOON + 6 * DAY


@pytest.fixture
def journeys(scene):
    """Ana by a post alone (100 $), Ben by a post and a mail (200 $), Cyd by a mail alone (400 $), and Dan untouched (800 $)."""
    post, mail = scene.placement(scene.branch()), scene.link("mail")
    for amount, links in ((100_00, [post]), (200_00, [mail, post]), (400_00, [mail]), (800_00, [])):
        customer, click = scene.customer(), ""
        for number, link in enumerate(links):
            click = scene.click(link, NOON - (5 - number) * HOUR, visitor=f"c:{amount}")
        scene.order(customer=customer, click_id=click, amount=amount)
    scene.measure()
    return scene


def amounts(model):
    return dict(ChannelCredit.objects.filter(model=model).values_list("channel", "amount_minor"))


def test_each_model_divides_all_revenue_and_no_cent_more(journeys):
    measure_whole(LATER)

    for model in ("last", "first", "linear", "time_decay", "position", "markov", "markov_2", "shapley"):
        assert sum(amounts(model).values()) == 1_500_00, model


def test_rules_give_what_they_say(journeys):
    measure_whole(LATER)

    assert amounts("last") == {"x": 300_00, "mail": 400_00, "unattributed": 800_00}
    assert amounts("first") == {"x": 100_00, "mail": 600_00, "unattributed": 800_00}
    assert amounts("linear") == {"x": 200_00, "mail": 500_00, "unattributed": 800_00}


def test_intervals_hold_their_amounts(journeys):
    measure_whole(LATER)

    for row in ChannelCredit.objects.all():
        assert row.low_minor <= row.amount_minor <= row.high_minor


def test_a_channel_alone_is_told_from_a_channel_with_others(journeys):
    measure_whole(LATER)

    mail = Overlap.objects.get(channel="mail", other="mail")
    assert (mail.n_orders, mail.revenue_minor, mail.n_alone, mail.alone_minor) == (2, 600_00, 1, 400_00)
    assert Overlap.objects.get(channel="mail", other="x").revenue_minor == 200_00
    assert Overlap.objects.get(channel="", other="").revenue_minor == 700_00


def test_overlap_is_the_measuring_rooms_own(journeys):
    post, mail = journeys.placement(journeys.branch("Deals", network="bluesky")), journeys.link("mail")
    ana = journeys.customer()
    journeys.click(post, NOON - 40 * DAY, visitor="c:ana")  # outside the window
    for at, link in ((NOON - 9 * DAY, mail), (NOON - 8 * DAY, post), (NOON - 3 * DAY, mail)):
        click = journeys.click(link, at, visitor="c:ana")
    journeys.order(customer=ana, at=NOON - 7 * DAY, amount=30_00, codes=[journeys.code(post)])
    journeys.order(customer=ana, at=NOON - 2 * DAY, amount=50_00, click_id=click)
    journeys.measure()
    measure_whole(LATER)

    with duckdb.connect() as duck:
        lake = open_lake()
        found = overlap(duck, touches=_touches(duck, lake), orders=lake.read("orders"))

    assert {
        (row.channel, row.other): (row.n_orders, row.revenue_minor, row.n_alone, row.alone_minor)
        for row in Overlap.objects.exclude(channel="")
    } == {
        (one, two): (
            part.n_orders,
            part.revenue_minor,
            *((alone.n_orders, alone.revenue_minor) if one == two else (0, 0)),
        )
        for one, row in found.matrix("USD", GRADES).items()
        for two, part in row.items()
        if part.n_orders
        for alone in [found.presence(one, "USD", GRADES).alone]
    }


def _touches(duck, lake):
    duck.register("kept", lake.read("touches"))
    return duck.sql("SELECT * EXCLUDE (order_id) FROM kept").to_arrow_table()


def test_without_news_nothing_is_measured_again(journeys):
    measure_whole(LATER)

    assert measure_whole(LATER + DAY) is None


def test_measuring_everything_again_writes_nothing(journeys):
    measure_whole(LATER)

    again = measure_whole(LATER + DAY, full=True)

    assert again is not None
    assert again.n_changed == 0


def test_clicks_of_strangers_count_only_if_every_channel_has_them(journeys):
    post = journeys.placement(journeys.branch())
    for number in range(30):
        journeys.click(post, NOON - 2 * HOUR, visitor=f"c:stranger{number}")
    journeys.measure()

    run = measure_whole(LATER)

    assert "mail" in run.notes[0]
    assert not ChannelCredit.objects.filter(model="shapley_rate").exists()


def test_clicks_of_strangers_on_every_channel_let_rates_be_compared(journeys):
    post, mail = journeys.placement(journeys.branch()), journeys.link("mail")
    for number in range(30):
        journeys.click(post, NOON - 2 * HOUR, visitor=f"c:stranger{number}")
        journeys.click(mail, NOON - 2 * HOUR, visitor=f"c:reader{number}")
    journeys.measure()

    run = measure_whole(LATER)

    assert run.n_null_journeys == 60
    assert ChannelCredit.objects.filter(model="shapley_rate").exists()


def test_each_year_is_measured_by_its_own_orders(scene):
    post = scene.placement(scene.branch())
    for at, amount in ((NOON - 300 * DAY, 100_00), (NOON, 200_00)):
        scene.order(click_id=scene.click(post, at - HOUR), at=at, amount=amount)
    scene.measure()

    measure_whole(LATER)

    years = ChannelCredit.objects.filter(model="last", channel="x").values_list(
        "first__year", "last__year", "amount_minor"
    )
    assert {(2008, 2008, 100_00), (2009, 2009, 200_00), (2008, 2009, 300_00)} <= set(years)


def test_it_waits_until_figures_have_come_to_rest(journeys):
    ended = whole.last_run().ended_at
    measure_whole(ended + MINUTE)
    WholeRun.objects.update(started_at=ended, ended_at=ended)
    journeys.order(amount=1_00)
    journeys.measure(now=NOON + 8 * DAY)
    ended = whole.last_run().ended_at

    assert not is_due(ended + timedelta(seconds=5))
    assert is_due(ended + 2 * MINUTE)


def test_a_failure_rings_until_it_works_again(journeys, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("no channels")

    with monkeypatch.context() as broken:
        broken.setattr(whole.whole_credit, "prepare", fail)
        with pytest.raises(ZeroDivisionError):
            measure_whole(LATER)
    rang = Alarm.objects.ringing().filter(subject="the whole house").exists()
    measure_whole(LATER + DAY)

    assert rang
    assert not Alarm.objects.ringing().filter(subject="the whole house").exists()


@pytest.fixture
def leaking(scene):
    """Eight codes that are redeemed by people who met their post, and one that strangers type in by the dozen."""
    branch = scene.branch()
    for _ in range(8):
        placement = scene.placement(branch)
        code = scene.code(placement)
        for number in range(6):
            at = NOON - number * DAY
            scene.order(codes=[code], click_id=scene.click(placement, at - HOUR), at=at)
    scene.leaky = scene.code(scene.placement(branch, "Everybody knows this one"))
    for number in range(24):
        scene.order(codes=[scene.leaky], at=NOON - number * HOUR, referrer_host="coupons.example")
    scene.measure()
    return scene


def test_a_leaking_code_is_found_with_its_reasons_and_rings(leaking):
    measure_whole(LATER)

    leak = Leak.objects.get(is_leaking=True)
    assert leak.code.text == leaking.leaky
    assert (leak.n_redeemed, leak.n_touched) == (24, 0)
    assert leak.remaining_minor + leak.leaked_minor == leak.revenue_minor == 24 * 100_00
    assert {reason["name"] for reason in leak.reasons} >= {"no touch", "coupon site"}
    assert Alarm.objects.ringing().get(kind="leak").url == f"/leaks/{leaking.leaky}/"


def test_a_leak_stops_ringing_once_its_code_has_ended(leaking):
    measure_whole(LATER)
    leak = Leak.objects.get(is_leaking=True)

    leak.code.ends_at = LATER
    leak.code.save()
    measure_whole(LATER + DAY, full=True)

    assert Leak.objects.filter(is_leaking=True).exists()
    assert not Alarm.objects.ringing().filter(kind="leak").exists()


def test_codes_that_are_used_as_they_should_be_do_not_leak(leaking):
    measure_whole(LATER)

    assert Leak.objects.filter(is_leaking=False, leaked_minor=0, proposal="keep").count() == 8
