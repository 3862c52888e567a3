"""The whole demo, built as `livingroom demo` builds it, and measured by the real attribution: does it have the shape?"""

from datetime import date
from pathlib import Path

import pytest
from django.db.models import Sum
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from livingroom.attribution.models import DailyFigure, Milestone
from livingroom.ideas.models import InAction
from livingroom.orders.models import Order
from livingroom.posts.models import Placement, Post
from livingroom.world.load import load_demo

pytestmark = [pytest.mark.one_database, pytest.mark.django_db]
MILLION = 1_000_000_00


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]  # a generator fixture
    """Build it once for all questions below, in a transaction that is taken back at the end."""
    from django.db import transaction

    home = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(HOME=home, LAKE_URL=str(home / "lake")):
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # as Django's own TestCase says it
        with outer:
            load_demo()
            yield home
            transaction.set_rollback(True)


def earned(until: date, grades: str = "ABCDE", **where: object) -> int:
    figures = DailyFigure.objects.filter(on__lte=until, grade__in=list(grades), **where)
    return int(figures.aggregate(sum=Sum("net_minor"))["sum"] or 0)


@pytest.mark.parametrize(
    ("until", "published"),
    [
        (date(2008, 12, 31), 1.0 * MILLION),
        (date(2009, 6, 30), 3.0 * MILLION),
        (date(2009, 12, 31), 6.5 * MILLION),
    ],
)
def test_sales_with_social_evidence_reach_what_was_published(
    demo: Path, until: date, published: float
) -> None:
    assert earned(until) == pytest.approx(published, rel=0.1)


def test_one_brazilian_account_near_eight_hundred_thousand_in_eight_months(demo: Path) -> None:
    assert earned(date(2009, 12, 31), branch__slug="home-br") == pytest.approx(0.8 * MILLION, rel=0.1)
    assert earned(date(2009, 5, 3), branch__slug="home-br") == 0


def test_one_canadian_account_near_a_hundred_and_fifty_thousand(demo: Path) -> None:
    assert earned(date(2009, 12, 31), branch__slug="home-ca") == pytest.approx(0.15 * MILLION, rel=0.1)


def test_single_accounts_begin_small(demo: Path) -> None:
    assert 0 < earned(date(2007, 7, 4), branch__slug="outlet-us") < 20_000_00
    assert earned(date(2009, 6, 3), branch__slug="home-br") < 40_000_00


def test_all_five_grades_occur_in_plausible_proportions(demo: Path) -> None:
    social = earned(date(2009, 12, 31))
    share = {grade: earned(date(2009, 12, 31), grade) / social for grade in "ABCDE"}

    assert 0.25 < share["A"] < 0.45
    assert 0.02 < share["B"] < 0.12
    assert 0.3 < share["C"] < 0.5
    assert 0.1 < share["D"] < 0.22
    assert 0.03 < share["E"] < 0.1


def test_most_sales_have_no_social_evidence(demo: Path) -> None:
    none = DailyFigure.objects.filter(grade="none").aggregate(sum=Sum("net_minor"))["sum"]

    assert none > 2 * earned(date(2009, 12, 31))


def test_the_millions_have_their_day(demo: Path) -> None:
    passed = dict(Milestone.objects.values_list("amount_minor", "passed_on"))

    assert passed[1 * MILLION].year == 2008
    assert passed[3 * MILLION].year == 2009


def test_every_order_and_post_is_there(demo: Path) -> None:
    assert Order.objects.count() > 35_000
    assert Post.objects.count() == pytest.approx(22_000, rel=0.1)
    prepared = InAction.objects.values("post")  # by the portal, for a person to send
    assert not Placement.objects.exclude(state=Placement.State.SENT).exclude(post__in=prepared).exists()
