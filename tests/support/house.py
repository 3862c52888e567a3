"""A whole Livingroom of its own: `livingroom up` as a person starts it, on free ports, with a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.postgres import free_port
from tests.support.template import put_tables

STARTS_WITHIN = 120.0


@dataclass
class House:
    home: Path
    web: str
    short: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def python(self, code: str) -> str:
        """Run a few lines inside this house's Django; return what they print."""
        start = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", start + code],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def log(self) -> str:
        return (self.home / "up.log").read_text(errors="replace")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


@contextmanager
def running_house(home: Path, *, empty: bool = False, **variables: str) -> Iterator[House]:
    """Start it, wait until pages, short links and the worker answer, stop it at the end.

    Its tables stand ready unless `empty`: then it makes them itself, as at a newcomer's first start.
    """
    web, short = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "LIVINGROOM_HOME": str(home),
        "PUBLIC_URL": web,
        "SHORT_URL": short,
        "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
        **variables,
    }
    home.mkdir(parents=True, exist_ok=True)
    if not empty and not environment.get("DATABASE_URL"):
        put_tables(home / "livingroom.sqlite3")
    with open(home / "up.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "livingroom", "up"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    house = House(home, web, short, process, environment)
    try:
        _wait_until_open(house)
        yield house
    finally:
        if process.poll() is None:
            try:
                house.stop()
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(what, *, seconds: float = 20.0, every: float = 0.1):  # type: ignore[no-untyped-def]
    """Call `what` until it returns something true; return that, or fail with its last answer."""
    deadline, answer = time.monotonic() + seconds, None
    while time.monotonic() < deadline:
        answer = what()
        if answer:
            return answer
        time.sleep(every)
    raise AssertionError(f"waited {seconds:.0f} s in vain; the last answer was {answer!r}")


def _wait_until_open(house: House) -> None:
    def both_answer() -> bool:
        assert house.process.poll() is None, house.log()
        return _answers(f"{house.web}/health") and _answers(f"{house.short}/-/health")

    try:
        wait_for(both_answer, seconds=STARTS_WITHIN)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{house.log()}") from None


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
