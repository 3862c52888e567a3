import socket
import subprocess
import sys
from pathlib import Path

import pytest

from livingroom.links.redirector.server import PortTaken, require_free_port
from livingroom.links.redirector.source import open_source
from tests.links.support import LinkTable, Running
from tests.support.postgres import free_port


def _start(data: Path, port: int, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "livingroom.links.redirector",
        "--data-dir",
        str(data),
        "--port",
        str(port),
    ]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env=variables or None
    )


def test_a_second_redirector_on_the_port_says_so_and_ends(tmp_path: Path, running: Running) -> None:
    second = _start(tmp_path / "elsewhere", running.port)

    assert second.returncode == 1
    assert f"port {running.port} on 127.0.0.1 cannot be used" in second.stderr
    assert running.get("/shop").status_code == 302


def test_a_second_redirector_in_the_folder_says_so_and_ends(tmp_path: Path, running: Running) -> None:
    second = _start(tmp_path, free_port())

    assert second.returncode == 1
    assert "another redirector uses" in second.stderr


def test_a_listener_that_shares_its_port_is_noticed() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        with pytest.raises(PortTaken):
            require_free_port("127.0.0.1", listener.getsockname()[1])


def test_a_wrong_durability_is_named_with_an_example(tmp_path: Path, links: LinkTable) -> None:
    ended = _start(tmp_path, free_port(), CLICKS_DURABILITY="sometimes", PATH="/usr/bin")

    assert ended.returncode == 1
    assert "CLICKS_DURABILITY=disk" in ended.stderr


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:////var/lib"):
        open_source("mysql://localhost/livingroom")
