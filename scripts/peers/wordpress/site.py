"""The real WordPress on SQLite and loopback, as a context manager and as a command.

python -m scripts.peers.wordpress.site      starts it, prints where, ends with Ctrl-C
"""

import json
import secrets
import shutil
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
ADDRESSES = """<?php
define('WP_HOME', {home}); define('WP_SITEURL', WP_HOME);
define('WP_CONTENT_DIR', {content}); define('WP_CONTENT_URL', WP_HOME . '/wp-content');
define('FQDB', {database}); define('FQDBDIR', dirname(FQDB));
define('DB_DIR', dirname(FQDB)); define('DB_FILE', basename(FQDB));
define('DB_NAME', 'wordpress'); define('DB_USER', ''); define('DB_PASSWORD', '');
define('DB_HOST', ''); define('DB_CHARSET', 'utf8mb4');
define('AUTH_KEY', {salt}); define('SECURE_AUTH_KEY', {salt}); define('LOGGED_IN_KEY', {salt}); define('NONCE_KEY', {salt});
define('AUTH_SALT', {salt}); define('SECURE_AUTH_SALT', {salt}); define('LOGGED_IN_SALT', {salt}); define('NONCE_SALT', {salt});
// Application passwords want https, except on a site that says that it is at home.
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true); define('WP_CRON_LOCK_TIMEOUT', 1);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_HTTP_BLOCK_EXTERNAL', false);
define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', {root});
require_once ABSPATH . 'wp-settings.php';
"""


@dataclass(frozen=True)
class WordPressSite:
    url: str
    app_passwords: dict[str, str]

    @property
    def xmlrpc(self) -> str:
        return f"{self.url}/xmlrpc.php"


@contextmanager
def wordpress_site() -> Iterator[WordPressSite]:
    """A fresh site with an editor `shop`, an author `writer` and a visitor `ana`; leaves nothing behind."""
    target = installed("wordpress")
    root = target / "usr/share/wordpress"
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="livingroom-wordpress-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _lay_out(folder, root, target / "plugins", f"http://127.0.0.1:{port}")
        environment = {"LIVINGROOM_SITE": str(folder), "LIVINGROOM_ROOT": str(root)}
        passwords = json.loads(run_php(HERE / "install.php", environment=environment))
        with php_server(root, port, folder / "php.log", environment, "/?rest_route=/") as url:
            yield WordPressSite(url, passwords)


def _lay_out(folder: Path, root: Path, plugins: Path, home: str) -> None:
    content = folder / "wp-content"
    for name in ("uploads", "mu-plugins", "database", "themes/plain", "plugins"):
        (content / name).mkdir(parents=True)
    (plugin,) = plugins.iterdir()
    shutil.copytree(plugin, content / "plugins" / "sqlite-database-integration")
    shutil.copy(plugin / "db.copy", content / "db.php")
    shutil.copy(HERE / "loopback.php", content / "mu-plugins")
    shutil.copy(HERE / "theme.php", content / "themes/plain/index.php")
    (content / "themes/plain/style.css").write_text("/* Theme Name: Plain */")
    values = {
        "home": home,
        "content": str(content),
        "database": str(content / "database" / "site.sqlite"),
        "salt": secrets.token_hex(32),
        "root": f"{root}/",
    }
    text = ADDRESSES
    for name, value in values.items():
        text = text.replace("{" + name + "}", f"'{value}'")
    (folder / "wp-config.php").write_text(text)


def main() -> None:
    with wordpress_site() as site:
        sys.stdout.write(f"site {site.url}\n")
        for name, password in site.app_passwords.items():
            sys.stdout.write(f"{name}: {password}\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.stderr.write("stopping\n")


if __name__ == "__main__":
    main()
