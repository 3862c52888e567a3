import os
import subprocess
import sys
import tarfile

import pytest

from tests.support.template import postgres_template, put_tables

MAKE = """
import django; django.setup()
from livingroom.shared.models import Brand
brand = Brand.current(); brand.name = "Kept safe"; brand.save()
"""
READ = (
    "import django; django.setup()\nfrom livingroom.shared.models import Brand; print(Brand.current().name)"
)


def livingroom(home, *arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", "livingroom", *arguments],
        env=environment_of(home, **variables),
        capture_output=True,
        text=True,
        check=False,
    )


def environment_of(home, **variables):
    base = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return {
        **base,
        "LIVINGROOM_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
        **variables,
    }


def python(home, code, **variables):
    return subprocess.check_output(
        [sys.executable, "-c", code], env=environment_of(home, **variables), text=True
    ).strip()


@pytest.fixture(scope="module")
def full_house(tmp_path_factory):
    home = tmp_path_factory.mktemp("full")
    put_tables(home / "livingroom.sqlite3")
    python(home, MAKE)
    lake = home / "lake" / "clicks" / "day=2026-11-22"
    lake.mkdir(parents=True)
    (lake / "node-1.parquet").write_bytes(b"PAR1 not really, but bytes")
    for name in ("clicks/segments/w0-7.sealed", "clicks/keys/2026-11-22"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(b"of clicks")
    return home


@pytest.fixture(scope="module")
def archive(full_house, tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "safe.tar"
    done = livingroom(full_house, "backup", "--out", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.one_database
def test_records_keys_and_clicks_come_back(archive, full_house, tmp_path):
    empty = tmp_path / "empty"

    done = livingroom(empty, "restore", str(archive))

    assert done.returncode == 0, done.stderr
    assert python(empty, READ) == "Kept safe"
    assert (empty / "secret.key").read_text() == (full_house / "secret.key").read_text()
    assert (empty / "lake/clicks/day=2026-11-22/node-1.parquet").read_bytes() == b"PAR1 not really, but bytes"


@pytest.mark.one_database
def test_a_house_in_use_is_not_overwritten_unless_told_to(archive, full_house):
    refused = livingroom(full_house, "restore", str(archive))
    told = livingroom(full_house, "restore", str(archive), "--over")

    assert refused.returncode == 1
    assert "--over" in refused.stderr
    assert told.returncode == 0


@pytest.mark.one_database
def test_a_damaged_backup_changes_nothing(archive, tmp_path):
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        position = tar.getmember("home/secret.key").offset_data
    content[position] ^= 1
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(content)
    empty = tmp_path / "empty"

    done = livingroom(empty, "restore", str(damaged))

    assert done.returncode == 1
    assert "home/secret.key" in done.stderr
    assert not (empty / "livingroom.sqlite3").exists()


@pytest.mark.one_database
def test_clicks_on_their_way_come_along_and_visitors_keys_stay_behind(archive):
    with tarfile.open(archive) as tar:
        names = tar.getnames()

    assert "home/clicks/segments/w0-7.sealed" in names
    assert not [name for name in names if "clicks/keys" in name]


@pytest.mark.one_database
def test_only_its_owner_reads_the_backup(archive):
    assert archive.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""), reason="needs PostgreSQL, see `make test`"
)
def test_postgresql_comes_back_too(tmp_path):
    url = os.environ["DATABASE_URL"]
    base = url.rsplit("/", 1)[0]
    for name, template in (("backup_from", postgres_template()), ("backup_to", "template1")):
        subprocess.run(["psql", url, "-c", f"DROP DATABASE IF EXISTS {name}"], check=True)
        subprocess.run(["psql", url, "-c", f"CREATE DATABASE {name} TEMPLATE {template}"], check=True)
    python(tmp_path / "full", MAKE, DATABASE_URL=f"{base}/backup_from")

    made = livingroom(
        tmp_path / "full", "backup", "--out", str(tmp_path / "pg.tar"), DATABASE_URL=f"{base}/backup_from"
    )
    back = livingroom(tmp_path / "new", "restore", str(tmp_path / "pg.tar"), DATABASE_URL=f"{base}/backup_to")

    assert made.returncode == 0, made.stderr
    assert back.returncode == 0, back.stderr
    assert python(tmp_path / "new", READ, DATABASE_URL=f"{base}/backup_to") == "Kept safe"
