"""`livingroom backup` and `livingroom restore`: records, clicks, keys and pictures in one file."""

import fcntl
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import click

from livingroom import __version__
from livingroom.commands.progress import work_progress
from livingroom.config.environment import Environment, read_environment

# What can be made again, and the keys of visitors' hashes: they are destroyed after two days, so no copy may outlive them.
LEFT_OUT = (
    "livingroom.sqlite3*",
    "static/*",
    "vega-*.js",
    "*.lock",
    "up.log",
    "imports/*",
    "redirector/*",
    "clicks/pending/*",
    "clicks/keys/*",
)
RECORDS = {"sqlite": "records.sqlite3", "postgresql": "records.pgdump"}


class BackupProblem(click.ClickException):
    exit_code = 1


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="By default livingroom-DATE.tar in this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the manifest for a script.")
def backup(out: Path | None, as_json: bool) -> None:
    """Write one file with everything: records, clicks, keys, pictures. The house may go on running.

    \b
    livingroom backup
    livingroom backup --out /mnt/safe/livingroom.tar

    The file holds the keys to your accounts: keep it where nobody else reads.
    """
    environment = read_environment()
    path = out or Path(f"livingroom-{datetime.now(UTC):%Y-%m-%d-%H%M}.tar")
    manifest = write_backup(environment, path)
    click.echo(
        json.dumps(manifest)
        if as_json
        else f"Wrote {path}: {manifest['n_files']} files, {path.stat().st_size / 1e6:,.1f} MB."
    )


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--over", is_flag=True, help="Replace what is there. What was there is gone.")
def restore(path: Path, over: bool) -> None:
    """Bring a backup back, into an empty house. Stop Livingroom first.

    \b
    livingroom restore livingroom-2026-11-22-0400.tar
    """
    manifest = read_backup(read_environment(), path, over=over)
    click.echo(f"Restored {manifest['n_files']} files of {manifest['made_at']}. Start with `livingroom up`.")


def write_backup(environment: Environment, path: Path) -> dict[str, object]:
    """Write the archive beside its place and move it there once whole."""
    home, unfinished = environment.home.absolute(), path.with_name(path.name + ".unfinished")
    digests: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        tarfile.open(unfinished, "w") as archive,
        _clicks_at_rest(home),
    ):
        records = _dump_records(environment, Path(folder))
        _add(archive, records, records.name, digests)
        files = _files_of(environment)
        with work_progress("Packing", total=len(files), unit="files") as advance:
            for file, name in files:
                if _add(archive, file, name, digests):
                    advance(1)
        manifest: dict[str, object] = {
            "version": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "records": records.name,
            "n_files": len(digests),
            "digests": digests,
        }
        _add_text(archive, "manifest.json", json.dumps(manifest))
    unfinished.chmod(0o600)
    unfinished.replace(path)
    return {key: value for key, value in manifest.items() if key != "digests"} | {
        "file": str(path),
        "home": str(home),
    }


def read_backup(environment: Environment, path: Path, *, over: bool) -> dict[str, object]:
    """Check the archive, then put all in its place. Raises BackupProblem, and changes nothing, when it is not whole."""
    home = environment.home.absolute()
    if not over and (_has_records(environment) or (home / "lake").exists()):
        raise BackupProblem(
            f"{home} is in use. Choose an empty LIVINGROOM_HOME, or say --over to replace what is there."
        )
    with tempfile.TemporaryDirectory(dir=_made(home.parent)) as folder:
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
        manifest = _checked_manifest(Path(folder))
        _load_records(environment, Path(folder) / str(manifest["records"]))
        _place(Path(folder) / "home", home)
        _place(Path(folder) / "lake", Path(environment.resolved_lake_url))
    return manifest


def _files_of(environment: Environment) -> list[tuple[Path, str]]:
    home, lake = environment.home.absolute(), Path(environment.resolved_lake_url)
    if "://" in environment.resolved_lake_url:
        raise BackupProblem(
            "The lake is in remote storage: back it up there, and unset LAKE_URL for this command."
        )
    own = [
        (file, f"home/{file.relative_to(home)}")
        for file in sorted(home.rglob("*"))
        if file.is_file() and not file.is_relative_to(lake) and not _is_left_out(file.relative_to(home))
    ]
    return own + [(file, f"lake/{file.relative_to(lake)}") for file in sorted(lake.rglob("*.parquet"))]


def _is_left_out(path: Path) -> bool:
    return any(fnmatch(path.as_posix(), pattern) for pattern in LEFT_OUT)


@contextmanager
def _clicks_at_rest(home: Path) -> Iterator[None]:
    """Let no segment move into the lake between the copy of the counts and the copy of the clicks. Redirects go on."""
    if not (home / "clicks").exists():
        yield
        return
    with (home / "clicks" / "shipping.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _add(archive: tarfile.TarFile, file: Path, name: str, digests: dict[str, str]) -> bool:
    """Add a file as it is now; one that was moved on meanwhile (a shipped segment) is in the lake already."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return False
    digests[name] = hashlib.sha256(content).hexdigest()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = (
        len(content),
        0o600,
        int(file.stat().st_mtime) if file.exists() else 0,
    )
    archive.addfile(entry, io.BytesIO(content))
    return True


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    archive.addfile(entry, io.BytesIO(text.encode()))


def _checked_manifest(folder: Path) -> dict[str, object]:
    try:
        manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        raise BackupProblem(
            "This is not a backup of Livingroom, or it was cut short: it has no manifest."
        ) from None
    digests = manifest["digests"]
    assert isinstance(digests, dict)
    for name, digest in digests.items():
        file = folder / name
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise BackupProblem(f"The backup is damaged: {name} is not what was packed. Nothing was changed.")
    return manifest


def _place(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target, dirs_exist_ok=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sqlite_path(environment: Environment) -> Path | None:
    url = environment.resolved_database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None


def _has_records(environment: Environment) -> bool:
    path = _sqlite_path(environment)
    if path:
        return path.exists()
    found = _postgres(
        "psql",
        "-Atc",
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
        environment.resolved_database_url,
    )
    return found.strip() != b"0"


def _dump_records(environment: Environment, folder: Path) -> Path:
    path = _sqlite_path(environment)
    if not path:
        target = folder / RECORDS["postgresql"]
        _postgres("pg_dump", "-Fc", "-f", str(target), environment.resolved_database_url)
        return target
    target = folder / RECORDS["sqlite"]
    if not path.exists():
        raise BackupProblem(
            f"There are no records at {path}. Start with `livingroom up`, or set LIVINGROOM_HOME."
        )
    with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
        source.backup(copy)  # a consistent copy, also while others write
    return target


def _load_records(environment: Environment, dump: Path) -> None:
    path = _sqlite_path(environment)
    if bool(path) != (dump.name == RECORDS["sqlite"]):
        kind = "SQLite" if dump.name == RECORDS["sqlite"] else "PostgreSQL"
        raise BackupProblem(
            f"The backup's records are of {kind}. Set DATABASE_URL to such a database and run again."
        )
    if not path:
        url = environment.resolved_database_url
        _postgres(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "-d", url, str(dump)
        )
        return
    _made(path.parent)
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    shutil.copyfile(dump, path)


def _postgres(program: str, *arguments: str) -> bytes:
    if not shutil.which(program):
        raise BackupProblem(f"{program} is missing. Install it with: apt-get install -y postgresql-client")
    done = subprocess.run([program, *arguments], capture_output=True, check=False)
    if done.returncode:
        raise BackupProblem(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
