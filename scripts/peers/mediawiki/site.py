"""The real MediaWiki on SQLite and loopback, as a context manager and as a command.

python -m scripts.peers.mediawiki.site      starts it, prints where, ends with Ctrl-C
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.peers.php import installed, php_server, run_php
from scripts.peers.servers import free_ports

HERE = Path(__file__).parent
ADMIN_PASSWORD = "the-admin-of-a-test"  # noqa: S105  # the wiki lives for one run, on loopback


@dataclass(frozen=True)
class MediaWikiSite:
    url: str
    bot_passwords: dict[str, str]

    @property
    def api(self) -> str:
        return f"{self.url}/api.php"


@contextmanager
def mediawiki_site() -> Iterator[MediaWikiSite]:
    """A fresh wiki with `Shop` (may delete), `Writer` and `Ana`; leaves nothing behind."""
    target = installed("mediawiki")
    root = target / "usr/share/mediawiki"
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="livingroom-mediawiki-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "images").mkdir()
        environment = {
            "LIVINGROOM_SITE": str(folder),
            "LIVINGROOM_SITE_URL": url,
            "MW_INSTALL_PATH": str(root),
        }
        _install(root, folder, url, environment)
        environment["MW_CONFIG_FILE"] = str(folder / "LocalSettings.php")
        run_php(root / "maintenance/run.php", "update", "--quick", environment=environment)
        printed = run_php(root / "maintenance/run.php", str(HERE / "accounts.php"), environment=environment)
        passwords = json.loads(printed.splitlines()[-1])
        with php_server(root, port, folder / "php.log", environment, "/api.php?action=query&format=json"):
            yield MediaWikiSite(url, passwords)


def _install(root: Path, folder: Path, url: str, environment: dict[str, str]) -> None:
    options = {
        "dbtype": "sqlite",
        "dbpath": str(folder / "data"),
        "dbname": "wiki",
        "server": url,
        "scriptpath": "",
        "confpath": str(folder),
        "pass": ADMIN_PASSWORD,
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    run_php(
        root / "maintenance/run.php", "install", *arguments, "Desk wiki", "Admin", environment=environment
    )
    with (folder / "LocalSettings.php").open("a") as settings:
        settings.write(f"\nrequire '{HERE / 'settings.php'}';\n")


def main() -> None:
    with mediawiki_site() as site:
        sys.stdout.write(f"site {site.url}\n")
        for name, password in site.bot_passwords.items():
            sys.stdout.write(f"{name}: {password}\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.stderr.write("stopping\n")


if __name__ == "__main__":
    main()
