from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from livingroom.inbox.knowledge.models import Snippet
from livingroom.inbox.models import Conversation
from livingroom.inbox.moderation.models import Ruling
from livingroom.inbox.promises.models import Clock
from livingroom.inbox.promises.operations import late_first
from livingroom.inbox.replies.models import Macro
from livingroom.inbox.rules.dry import dry_run
from livingroom.inbox.rules.models import Rule, RuleRun
from livingroom.orders.models import Order
from livingroom.posts.models import Offer, Placement
from livingroom.segments.models import SegmentUse
from livingroom.shared.models import Event
from livingroom.world import load
from livingroom.world.load import OtherWorld, load_demo

SEED, SCALE = 4, 0.01
Told = list[tuple[float, str]]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """One finished demo for the questions below, in a transaction that is taken back; with what its building told."""
    from django.db import transaction

    home, told = tmp_path_factory.mktemp("demo"), Told()
    with django_db_blocker.unblock(), override_settings(HOME=home, LAKE_URL=str(home / "lake")):
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # as Django's own TestCase says it
        with outer:
            load_demo(SEED, lambda share, text: told.append((share, text)), scale=SCALE, measure=False)
            yield told
            transaction.set_rollback(True)


def test_a_finished_demo_is_left_alone(built: Told) -> None:
    before = counts()

    with patch.object(load, "generate", side_effect=AssertionError("nothing is to be imagined again")):
        assert not load_demo(SEED, scale=SCALE, measure=False)

    assert counts() == before
    assert min(before) > 0


def test_another_seed_is_refused_with_the_way_out(built: Told) -> None:
    with pytest.raises(OtherWorld, match=r"built with seed 4, not 5.*delete"):
        load_demo(5, scale=SCALE, measure=False)

    assert Event.objects.filter(actor=load.ACTOR).count() == len(load.STEPS)


def test_progress_goes_from_nothing_to_done(built: Told) -> None:
    shares = [share for share, _ in built]

    assert shares == sorted(shares)
    assert shares[0] == 0
    assert built[-1] == (1.0, "Done")


def test_what_was_promised_today_runs_late_soon_and_rests(built: Told) -> None:
    now = timezone.now()
    open_now = Conversation.objects.in_work()
    due = [at for at in open_now.values_list("due_at", flat=True) if at is not None]

    assert late_first(10)
    assert min(due) < now - timedelta(minutes=5) < now < max(due)
    assert Clock.objects.filter(
        conversation__in=open_now.filter(state="waiting"), ran_on_at=None, ended_at=None
    ).exists()
    assert not open_now.filter(opened_at__year__lt=2010).exists()
    assert not open_now.filter(state="open", due_at=None).exists()


def test_the_pages_of_habits_are_not_empty(built: Told) -> None:
    rulings = Ruling.objects.exclude(verdict=Ruling.Verdict.FINE)

    assert RuleRun.objects.filter(problem="").exclude(did=[]).exists()
    assert dry_run(list(Rule.objects.all()), timezone.now())[0]
    assert {row.language for row in Snippet.objects.published()} == {"en", "pt", "de", "es", "fr"}
    assert Macro.objects.count() == 3
    assert rulings.count() >= 5
    assert rulings.filter(appeal=Ruling.Appeal.KEPT).exclude(appeal_by=None).count() == 1


def test_the_programmes_segments_are_used_by_offers_posts_topics_and_groups(built: Told) -> None:
    uses = SegmentUse.objects.filter(ended_at=None)
    kinds = {name.split()[0] for name in uses.values_list("used_by", flat=True)}

    assert {"offer", "post", "topic", "group"} <= kinds
    assert (
        Offer.objects.exclude(segment_version=None).count()
        == uses.filter(used_by__startswith="offer ").count()
    )


def counts() -> list[int]:
    return [model._default_manager.count() for model in (Placement, Order, Event)]
