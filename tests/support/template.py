"""All tables, made once by the migrations themselves; every test database and every house starts from a copy.

Migrating costs seconds. The first process that needs tables migrates, the others wait for it and copy.
A template is named by what made it, so that it serves the next run too and a changed migration never meets an old one.
"""

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from fcntl import LOCK_EX, flock
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    import psycopg

PREFIX = "livingroom_template_"
_SLOWLY = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""
_IMPORTED = re.compile(r"^\s*(?:from|import) (livingroom[\w.]*)", re.MULTILINE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """pytest-django calls this before it makes the test database: its `migrate` then finds nothing left to do."""
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_template()
        yield
        return
    # SQLite's test database lives in memory, as long as somebody holds it open.
    creation: Any = connection.creation  # its name has no public way to ask
    with closing(sqlite3.connect(creation._get_test_db_name(), uri=True)) as memory:
        with closing(sqlite3.connect(sqlite_template())) as template:
            template.backup(memory)
        yield


def put_tables(database: Path) -> None:
    """Let a house on SQLite begin with all tables instead of an empty file."""
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite_template(), database)


def sqlite_template(*, slowly: bool = False) -> Path:
    """Name a file with all tables in it; `slowly` has Django make them in its own way."""
    way = "-slowly" if slowly else ""
    folder = Path(tempfile.gettempdir()) / f"livingroom-templates-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with open(folder / f"lock{way}", "w") as lock:
        flock(lock, LOCK_EX)
        while not (finished := folder / f"{_name()}{way}.sqlite3").exists():
            _forget_old_ones(folder)
            with tempfile.TemporaryDirectory(dir=folder) as home:
                made = Path(home) / "livingroom.sqlite3"
                _migrate(f"sqlite:///{made}", slowly=slowly)
                with closing(sqlite3.connect(made)) as whole:
                    whole.execute("PRAGMA journal_mode=DELETE")  # one file, which a copy in memory can read
                if finished.stem == _name() + way:  # else somebody wrote a migration meanwhile
                    made.replace(finished)
        return finished


def postgres_template() -> str:
    """Name a database with all tables on the server that DATABASE_URL points to."""
    import psycopg

    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('livingroom test template'))")
        while (name := _name()) not in (known := _databases(connection)):
            for outdated in (one for one in known if one.startswith(PREFIX)):
                connection.execute(f'DROP DATABASE "{outdated}"')
            connection.execute(f'CREATE DATABASE "{PREFIX}unfinished"')
            _migrate(urlsplit(server)._replace(path=f"/{PREFIX}unfinished").geturl())
            if name == _name():
                connection.execute(f'ALTER DATABASE "{PREFIX}unfinished" RENAME TO "{name}"')
    return name


def _databases(connection: "psycopg.Connection[tuple[str]]") -> list[str]:
    return [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]


def _forget_old_ones(folder: Path) -> None:
    """After a day no run can still be copying one."""
    for file in folder.glob("*.sqlite3"):
        if time.time() - file.stat().st_mtime > 86_400:
            file.unlink()


def _migrate(database_url: str, *, slowly: bool = False) -> None:
    command = ["-c", _SLOWLY] if slowly else ["-m", "django", "migrate", "-v0"]
    with tempfile.TemporaryDirectory(prefix="livingroom-template-") as home:
        environment = {**os.environ, "DATABASE_URL": database_url, "LIVINGROOM_HOME": home}
        done = subprocess.run(
            [sys.executable, *command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"the migrations failed: {done.stdout.decode(errors='replace')}")


def _name() -> str:
    digest = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for file in _made_by():
        digest.update(f"{file} ".encode() + file.read_bytes())
    return PREFIX + digest.hexdigest()[:20]


def _made_by() -> list[Path]:
    """All migrations, Django's own and those of packages too, and the modules of ours that they call."""
    from django.apps import apps

    migrations = {file for app in apps.get_app_configs() for file in Path(app.path).glob("migrations/*.py")}
    called = {name for file in migrations for name in _IMPORTED.findall(file.read_text())}
    for spec in map(find_spec, called):
        if spec and spec.submodule_search_locations:
            migrations.update(Path(spec.submodule_search_locations[0]).glob("*.py"))
        elif spec and spec.origin:
            migrations.add(Path(spec.origin))
    return sorted(migrations)
