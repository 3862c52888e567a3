"""While one process builds the demo's house, a second one measures the two shops whose claims stand in it."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from livingroom.world.loading import shops

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def program(folder: Path, lines: str) -> str:
    """Stands for Python, and is told the same."""
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{lines}\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture
def measured_here(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []
    monkeypatch.setattr(shops, "measure_shops", lambda *arguments: asked.append(arguments))
    return asked


def test_what_the_second_process_wrote_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured_here: list[Any]
) -> None:
    monkeypatch.setattr(shops.sys, "executable", program(tmp_path, 'sleep 0.3; echo "$4" > "$3/claim"'))

    with shops.shops_ahead(tmp_path, NOW) as finished:
        folder = finished()

    assert (folder / "claim").read_text().strip() == NOW.isoformat()
    assert measured_here == []


def test_a_second_process_that_fails_leaves_its_work_to_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured_here: list[Any]
) -> None:
    monkeypatch.setattr(shops.sys, "executable", program(tmp_path, "exit 1"))

    with shops.shops_ahead(tmp_path, NOW) as finished:
        finished()

    assert measured_here == [(tmp_path, NOW)]


def test_a_build_that_does_not_wait_leaves_no_process_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shops.sys, "executable", program(tmp_path, 'echo $$ > "$3/number"; exec sleep 60'))

    with shops.shops_ahead(tmp_path, NOW):
        while not (tmp_path / "number").exists() or not (tmp_path / "number").read_text():
            time.sleep(0.01)

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "number").read_text()), 0)
