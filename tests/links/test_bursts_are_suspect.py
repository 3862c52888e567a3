from pathlib import Path

import duckdb
import pytest

from livingroom.links.redirector.clicks import JournalClick, encode
from livingroom.links.shipping.bursts import mark_bursts
from livingroom.links.shipping.rows import batch_of
from tests.links.clicks import NOON, click

SECOND = 1_000_000


def _classes(clicks: list[JournalClick], first_clicks: dict[int, int] | None = None) -> list[str]:
    batch = batch_of([encode(one) for one in clicks])
    classes: list[str] = mark_bursts(duckdb.connect(), batch, first_clicks or {})["class"].to_pylist()
    return classes


def test_one_visitor_who_clicks_five_times_in_two_seconds_is_a_machine() -> None:
    burst = [click(1, at=NOON + number * SECOND // 4) for number in range(5)]
    alone = click(1, at=NOON + 60 * SECOND)

    assert _classes([*burst, alone]) == ["suspect"] * 5 + ["human"]


def test_an_impatient_person_stays_a_person() -> None:
    assert set(_classes([click(1, at=NOON + number * SECOND) for number in range(4)])) == {"human"}
    assert set(_classes([click(1, at=NOON + number * SECOND) for number in range(30)])) == {"human"}


def test_ten_of_one_network_and_agent_are_a_machine() -> None:
    ten = [click(1, at=NOON + number, visitor=f"d:{number}") for number in range(10)]
    neighbour = click(1, at=NOON, visitor="d:x", prefix="9.9.9.0")

    assert _classes([*ten, neighbour]) == ["suspect"] * 10 + ["human"]
    assert set(_classes(ten[:9])) == {"human"}


def test_a_crowd_from_everywhere_is_a_crowd_once_the_link_is_known() -> None:
    crowd = [
        click(1, at=NOON + number, visitor=f"d:{number}", prefix=f"8.8.{number}.0") for number in range(50)
    ]

    assert set(_classes(crowd)) == {"human"}


def test_the_same_crowd_just_after_posting_is_machines() -> None:
    crowd = [
        click(1, at=NOON + number, visitor=f"d:{number}", prefix=f"8.8.{number}.0") for number in range(50)
    ]

    assert set(_classes(crowd, {1: NOON})) == {"suspect"}
    assert set(_classes(crowd, {1: NOON - 31 * SECOND})) == {"human"}


def test_different_links_are_no_burst() -> None:
    assert set(_classes([click(number, at=NOON) for number in range(20)])) == {"human"}


def test_what_is_no_person_keeps_its_class() -> None:
    assert set(_classes([click(1, agent="Twitterbot/1.0") for _ in range(20)])) == {"preview"}


def test_the_reason_says_what_was_seen() -> None:
    batch = batch_of([encode(click(1)) for _ in range(5)])

    (reason,) = set(mark_bursts(duckdb.connect(), batch, {})["reason"].to_pylist())

    assert reason == "burst: one visitor, many clicks within 2 s"


@pytest.mark.parametrize("text", [b"", b"one field", b"a\x1fb"])
def test_a_record_that_is_no_click_is_refused(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fields"):
        batch_of([text])
