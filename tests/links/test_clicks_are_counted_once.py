import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from livingroom.branches.models import Branch
from livingroom.lake import Lake, compact
from livingroom.links.models import BranchClickCount, ClickCount, ClickSegment
from livingroom.links.shipping import Shipper
from livingroom.links.shipping import ship as ship_module
from tests.links.clicks import MINUTE, NOON, NOW, click, link, seal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def shipper(tmp_path: Path, lake: Lake) -> Shipper:
    return Shipper(tmp_path, lake)


def _counts() -> dict[tuple[int, str, str], tuple[int, int]]:
    rows = ClickCount.objects.values_list("link_id", "on", "click_class", "n", "n_unique")
    return {(link_id, f"{on}", kind): (n, n_unique) for link_id, on, kind, n, n_unique in rows}


def _in_lake(lake: Lake) -> int:
    return int(lake.rows("SELECT count(*) FROM clicks")[0][0])


def test_a_segment_becomes_rows_and_counts(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    path = seal(
        tmp_path, [click(shop.pk), click(shop.pk, agent="Twitterbot/1.0"), click(shop.pk, method="HEAD")]
    )

    report = shipper.ship(NOW)

    assert (report.clicks, report.segments) == (3, 1)
    assert _counts() == {(shop.pk, "2026-03-05", kind): (1, 1) for kind in ("human", "preview", "head")}
    (row,) = lake.query("SELECT * FROM clicks WHERE class = 'human'").to_pylist()
    assert (row["link_id"], row["at"], row["country"], row["referrer_host"]) == (shop.pk, NOON, "US", "t.co")
    assert (row["day"], row["reason"]) == (date(2026, 3, 5), "")
    assert not path.exists()


def test_the_network_prefix_ends_with_shipping(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    seal(tmp_path, [click(link().pk, prefix="203.0.113.0")])

    shipper.ship(NOW)

    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"203.0.113" not in everything


def test_replaying_a_segment_adds_nothing(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    path = seal(tmp_path, [click(shop.pk)])
    shutil.copy(path, tmp_path / "copy")
    shipper.ship(NOW)
    before = _counts()

    for again in (shipper, Shipper(tmp_path, lake)):
        shutil.copy(tmp_path / "copy", path)
        report = again.ship(NOW)
        assert (report.clicks, report.already_shipped) == (0, 1)

    assert _counts() == before
    assert _in_lake(lake) == 1


def test_several_segments_and_days_ship_together(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    for sequence in range(1, 6):
        seal(tmp_path, [click(shop.pk, at=NOON + sequence * 6 * 60 * MINUTE)], sequence=sequence)

    report = shipper.ship(NOW)

    assert report.segments == ClickSegment.objects.count() == 5
    assert {key[1]: n for key, (n, _) in _counts().items()} == {"2026-03-05": 1, "2026-03-06": 4}
    assert lake.rows("SELECT day, count(*) FROM clicks GROUP BY day ORDER BY day") == [
        (date(2026, 3, 5), 1),
        (date(2026, 3, 6), 4),
    ]


@pytest.mark.parametrize("step", ["write_pending", "add_counts", "adopt_pending"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_at_any_step_counts_each_click_once(
    tmp_path: Path, lake: Lake, shipper: Shipper, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
) -> None:
    shop = link()
    seal(tmp_path, [click(shop.pk, visitor="d:anna"), click(shop.pk, visitor="d:bert")])
    seal(tmp_path, [click(shop.pk, visitor="d:anna")], sequence=2)
    with monkeypatch.context() as patch:
        patch.setattr(ship_module, step, _crashing(getattr(ship_module, step), moment))
        with pytest.raises(KeyboardInterrupt):
            shipper.ship(NOW)

    Shipper(tmp_path, lake).ship(NOW)

    assert _counts() == {(shop.pk, "2026-03-05", "human"): (3, 2)}
    assert _in_lake(lake) == 3
    assert not list((tmp_path / "clicks" / "pending").iterdir())
    assert not list((tmp_path / "clicks" / "segments").iterdir())


def test_a_broken_segment_is_set_aside_and_stops_no_other(
    tmp_path: Path, lake: Lake, shipper: Shipper
) -> None:
    shop = link()
    broken = seal(tmp_path, [click(shop.pk), click(shop.pk)], sequence=1)
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-3] + b"???")
    seal(tmp_path, [click(shop.pk)], sequence=2)

    report = shipper.ship(NOW)

    assert report.clicks == 1
    assert "w0-test-0000000001.sealed" in report.poisoned[0]
    assert broken.with_suffix(".poison").exists()
    assert ClickSegment.objects.exclude(problem="").get().sequence == 1

    broken.write_bytes(whole)
    mended = shipper.ship(NOW)

    assert mended.clicks == 2
    assert _counts() == {(shop.pk, "2026-03-05", "human"): (3, 1)}
    assert not ClickSegment.objects.exclude(problem="").exists()


def test_a_visitor_is_unique_once_in_half_an_hour(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop, other = link("shop"), link("other")
    seal(tmp_path, [click(shop.pk), click(shop.pk, at=NOON + MINUTE), click(other.pk)], sequence=1)
    shipper.ship(NOW)
    seal(tmp_path, [click(shop.pk, at=NOON + 29 * MINUTE), click(shop.pk, visitor="d:bert")], sequence=2)
    shipper.ship(NOW)
    seal(tmp_path, [click(shop.pk, at=NOON + 30 * MINUTE), click(shop.pk, at=NOON + 2 * MINUTE)], sequence=3)
    Shipper(tmp_path, lake).ship(NOW)

    day = "2026-03-05"
    assert _counts() == {(shop.pk, day, "human"): (6, 3), (other.pk, day, "human"): (1, 1)}


def test_merging_the_lakes_files_forgets_no_visitor(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    for sequence in (1, 2):
        seal(tmp_path, [click(shop.pk, at=NOON + sequence)], sequence=sequence)
        shipper.ship(NOW)
    assert compact(lake, "clicks", before=date(2026, 3, 6)) == 1
    seal(tmp_path, [click(shop.pk, at=NOON + 3)], sequence=3)

    shipper.ship(NOW)

    assert _counts() == {(shop.pk, "2026-03-05", "human"): (3, 1)}


def test_a_prefetch_does_not_take_the_persons_place(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    seal(tmp_path, [click(shop.pk, purpose="sec-purpose=prefetch"), click(shop.pk, at=NOON + 5)])

    shipper.ship(NOW)

    assert _counts()[shop.pk, "2026-03-05", "human"] == (1, 1)


def test_a_branch_is_counted_with_its_links(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    branch = Branch.objects.create(
        slug="outlet", name="Outlet", network="bluesky", handle="@outlet", opened_on=NOW.date()
    )
    one, two, of_no_branch = link("one", branch=branch), link("two", branch=branch), link("mail")
    seal(tmp_path, [click(one.pk), click(two.pk), click(of_no_branch.pk)])

    shipper.ship(NOW)

    (row,) = BranchClickCount.objects.all()
    assert (row.branch, row.click_class, row.n, row.n_unique) == (branch, "human", 2, 2)


def test_a_click_on_a_test_link_is_a_test(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    seal(tmp_path, [click(shop.pk, is_test=True)])

    shipper.ship(NOW)

    assert list(_counts()) == [(shop.pk, "2026-03-05", "test")]


def test_clicks_of_a_link_that_is_gone_stay_in_the_lake(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    seal(tmp_path, [click(shop.pk), click(987_654)])

    report = shipper.ship(NOW)

    assert report.clicks_of_unknown_links == 1
    assert list(_counts()) == [(shop.pk, "2026-03-05", "human")]
    assert _in_lake(lake) == 2


def test_only_one_process_of_a_machine_ships(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    seal(tmp_path, [click(link().pk)])
    with shipper.alone() as is_alone:
        busy = Shipper(tmp_path, lake).ship(NOW)

    assert is_alone
    assert busy.is_busy
    assert _in_lake(lake) == 0


def test_a_recount_from_the_lake_gives_the_same_figures(tmp_path: Path, lake: Lake, shipper: Shipper) -> None:
    shop = link()
    for sequence in range(1, 8):
        clicks = [
            click(shop.pk, at=NOON + number * 7 * MINUTE + sequence, visitor=f"d:{number * sequence % 5}")
            for number in range(20)
        ]
        seal(tmp_path, clicks, sequence=sequence)
        shipper.ship(NOW)

    rows = lake.rows(
        'SELECT link_id, CAST(day AS VARCHAR), class, count(*), count(DISTINCT (visitor, "at" // 1800000000)) '
        "FROM clicks GROUP BY ALL"
    )
    assert _counts() == {(link_id, day, kind): (n, n_unique) for link_id, day, kind, n, n_unique in rows}


def _crashing(step: Callable[..., object], moment: str) -> Callable[..., object]:
    def crash(*args: object, **named: object) -> object:
        if moment == "after":
            step(*args, **named)
        raise KeyboardInterrupt

    return crash
