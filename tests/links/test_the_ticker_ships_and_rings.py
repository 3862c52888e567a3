from datetime import timedelta
from pathlib import Path

import pytest

from livingroom.lake import Lake
from livingroom.links import tasks
from livingroom.links.models import ClickCount
from livingroom.links.redirector.gaps import GapsFile
from livingroom.links.shipping import Shipper
from livingroom.shared.models import Alarm
from tests.links.clicks import NOON, NOW, click, link, seal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ticker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ticker as a worker starts it, with this test's folder."""
    shipper = Shipper(tmp_path, Lake(tmp_path / "lake"))
    monkeypatch.setattr(tasks, "shipper", lambda: shipper)
    monkeypatch.setattr(tasks, "_last_words", None)
    monkeypatch.setattr(tasks, "_next_tidying_at", None)


def test_a_tick_counts_what_was_clicked(tmp_path: Path) -> None:
    seal(tmp_path, [click(link().pk)])

    tasks.tick(NOW)

    assert ClickCount.objects.get().n == 1


def test_the_lake_is_tidied_now_and_then() -> None:
    from django_tasks_db.models import DBTaskResult

    for minutes in (0, 1, 9, 10):
        tasks.tick(NOW + timedelta(minutes=minutes))

    assert DBTaskResult.objects.count() == 2


def test_lost_clicks_ring_for_a_day(tmp_path: Path) -> None:
    gaps = GapsFile(tmp_path / "clicks" / "gaps-w0.json")
    gaps.add(at=NOON, clicks=1234, reason="No space left on device")

    tasks.tick(NOW)
    tasks.tick(NOW + timedelta(seconds=1))

    assert (
        Alarm.objects.ringing().get().text
        == "1,234 clicks were answered but could not be recorded: No space left on device."
    )

    tasks.tick(NOW + timedelta(days=2))

    assert not Alarm.objects.ringing().exists()


def test_a_broken_segment_rings(tmp_path: Path) -> None:
    seal(tmp_path, []).write_bytes(b"not a segment")

    tasks.tick(NOW)

    assert "w0-test-0000000001" in Alarm.objects.ringing().get().text
