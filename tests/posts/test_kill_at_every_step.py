"""`kill -9` in real processes on a real database: afterwards every placement is on the network exactly once.

The sandbox does not refuse a second post with the same key, so a double would be seen.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest

from tests.support.template import postgres_template, put_tables

STEPS = [
    "in_the_claim",
    "after_the_claim",
    "before_the_write",
    "while_the_network_stores_it",
    "after_the_write_before_its_answer",
    "while_noting_that_it_is_sent",
    "after_noting_that_it_is_sent",
]


class House:
    """A data folder and a database that outlive the processes that die in them."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.posts.deaths", *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    def run_to_death(self, *arguments: str) -> None:
        process = self.start(*arguments)
        _, err = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, f"it lived: {err}"

    def prepare(self, count: int) -> list[int]:
        return json.loads(self.run("prepare", str(count)))

    def finish(self) -> dict[str, list[object]]:
        return json.loads(self.run("finish"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with database(tmp_path) as url:
        environment = {
            **os.environ,
            "LIVINGROOM_HOME": str(tmp_path),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
        }
        yield House(environment)


@contextmanager
def database(home: Path) -> Iterator[str]:
    """A database with tables on the server the tests run on, or SQLite's file in the data folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        put_tables(home / "livingroom.sqlite3")
        yield ""
        return
    import psycopg

    name = f"deaths_{token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template()}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_killed_at_each_step_it_is_sent_exactly_once(house):
    ids = house.prepare(len(STEPS) + 1)

    for step, placement_id in zip(STEPS, ids, strict=False):
        house.run_to_death("die", step, str(placement_id))
    house.run_to_death("die", "after_the_write_before_its_answer", str(ids[-1]))
    house.run_to_death("look", str(ids[-1]))
    ends = house.finish()

    assert {row: end[:2] for row, end in ends.items()} == {str(pk): ["sent", 1] for pk in ids}


def test_killed_at_random_again_and_again_nothing_is_doubled_or_lost(house):
    dice = random.Random(20091231)
    ids = house.prepare(60)

    for number in range(4):
        workers = [house.start("work", str(10 * number + one)) for one in range(2)]
        for worker in workers:
            assert worker.stdout.readline() == "ready\n", worker.stderr.read()
        time.sleep(dice.uniform(0.02, 0.25))
        for worker in workers:
            worker.kill()
            worker.communicate()
    ends = house.finish()

    assert {row: end[:2] for row, end in ends.items()} == {str(pk): ["sent", 1] for pk in ids}
