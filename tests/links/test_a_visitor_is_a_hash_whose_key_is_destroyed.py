from datetime import UTC, datetime, timedelta
from pathlib import Path

from livingroom.links.redirector.visitor import DailyKeys, destroy_old_keys

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def _hash(
    keys: DailyKeys, at: datetime, address: str = "203.0.113.7", agent: str = "Firefox", host: str = "go"
) -> str:
    return keys.hash(int(at.timestamp()) * 1_000_000, address, agent, host)


def test_the_same_visitor_has_the_same_hash_all_day_and_in_every_worker(tmp_path: Path) -> None:
    one, other = DailyKeys(tmp_path), DailyKeys(tmp_path)

    assert _hash(one, NOON) == _hash(one, NOON + timedelta(hours=11)) == _hash(other, NOON)


def test_address_agent_host_and_day_all_count(tmp_path: Path) -> None:
    keys = DailyKeys(tmp_path)

    hashes = {
        _hash(keys, NOON),
        _hash(keys, NOON, address="203.0.113.8"),
        _hash(keys, NOON, agent="Chrome"),
        _hash(keys, NOON, host="other"),
        _hash(keys, NOON + timedelta(days=1)),
    }

    assert len(hashes) == 5


def test_two_houses_never_agree(tmp_path: Path) -> None:
    assert _hash(DailyKeys(tmp_path / "one"), NOON) != _hash(DailyKeys(tmp_path / "other"), NOON)


def test_a_key_is_gone_after_48_hours(tmp_path: Path) -> None:
    _hash(DailyKeys(tmp_path), NOON)
    midnight = NOON.replace(hour=0)

    assert destroy_old_keys(tmp_path, now=midnight + timedelta(hours=47, minutes=59)) == 0
    assert destroy_old_keys(tmp_path, now=midnight + timedelta(hours=48)) == 1
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_a_key(tmp_path: Path) -> None:
    _hash(DailyKeys(tmp_path), NOON)

    (key,) = tmp_path.iterdir()
    assert key.stat().st_mode & 0o077 == 0


def test_without_room_for_a_key_visitors_are_still_told_apart(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.write_text("in the way")
    keys = DailyKeys(not_a_folder)

    assert _hash(keys, NOON) == _hash(keys, NOON)
    assert _hash(keys, NOON) != _hash(keys, NOON, address="203.0.113.8")
