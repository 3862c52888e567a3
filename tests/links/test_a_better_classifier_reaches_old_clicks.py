from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from livingroom.branches.models import Branch
from livingroom.lake import Lake
from livingroom.links.models import BranchClickCount, ClickCount
from livingroom.links.shipping import Shipper
from livingroom.links.shipping import rows as rows_module
from livingroom.links.shipping.reclass import ShippingBusy, reclass_day
from tests.links.clicks import NOON, NOW, click, link, seal

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 5)
DAY_IN_MICROSECONDS = 86_400_000_000


def _counts() -> list[tuple[str, str, int, int]]:
    rows = ClickCount.objects.order_by("on", "click_class").values_list("on", "click_class", "n", "n_unique")
    return [(f"{on}", kind, n, n_unique) for on, kind, n, n_unique in rows]


def test_a_day_is_classed_and_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    branch = Branch.objects.create(slug="outlet", name="Outlet", network="x", handle="@outlet", opened_on=DAY)
    shop, lake = link(branch=branch), Lake(tmp_path / "lake")
    shipper = Shipper(tmp_path, lake)
    clicks = [
        click(shop.pk),
        click(shop.pk, agent="curl/8.4.0"),
        click(shop.pk, agent="curl/8.4.0", visitor="d:b"),
    ]
    seal(tmp_path, [*clicks, click(shop.pk, at=NOON + DAY_IN_MICROSECONDS, agent="curl/8.4.0")])
    with monkeypatch.context() as patch:
        patch.setattr(rows_module, "classify", lambda *request: rows_module.Verdict("human", ""))
        shipper.ship(NOW)
    assert _counts() == [("2026-03-05", "human", 3, 2), ("2026-03-06", "human", 1, 1)]

    for _ in range(2):
        assert reclass_day(shipper, lake, DAY) == 3

        assert _counts() == [
            ("2026-03-05", "bot", 2, 2),
            ("2026-03-05", "human", 1, 1),
            ("2026-03-06", "human", 1, 1),
        ]
        assert set(BranchClickCount.objects.filter(on=DAY).values_list("click_class", "n")) == {
            ("bot", 2),
            ("human", 1),
        }
        assert lake.rows("SELECT count(*) FROM clicks WHERE class = 'bot'") == [(2,)]


def test_it_waits_while_clicks_are_shipped(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    with Shipper(tmp_path, lake).alone(), pytest.raises(ShippingBusy):
        reclass_day(Shipper(tmp_path, lake), lake, DAY)


def test_both_commands_say_what_they_did(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
) -> None:
    settings.LAKE_URL = str(tmp_path / "lake")
    shipper = Shipper(tmp_path, Lake(tmp_path / "lake"))
    monkeypatch.setattr("livingroom.links.management.commands.ship_clicks.shipper", lambda: shipper)
    monkeypatch.setattr("livingroom.links.management.commands.reclass_clicks.shipper", lambda: shipper)
    seal(tmp_path, [click(link().pk)])

    call_command("ship_clicks")
    call_command("reclass_clicks", days=(timezone.now().date() - DAY).days + 1)

    assert capsys.readouterr().out.splitlines() == [
        "1 clicks from 1 segments reached the lake.",
        "2026-03-05: 1 clicks",
    ]
