"""A benchmark's inner half in a process of its own, with an empty house on a database of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any


def run_on(database: str, script: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run `script` on "sqlite" or "postgresql"; return what it printed last, as JSON."""
    with tempfile.TemporaryDirectory(prefix="livingroom-benchmark-") as home:
        variables = {
            **os.environ,
            "LIVINGROOM_HOME": home,
            "DATABASE_URL": "",
            "LAKE_URL": "",
            "RATES_URL": "",
            "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
        }
        if database == "sqlite":
            return _call(script, arguments, variables)
        from tests.support.postgres import private_postgres

        with private_postgres(settings="shared_buffers=256MB\nmax_wal_size=2GB") as cluster:
            return _call(script, arguments, variables | {"DATABASE_URL": cluster.url})


def _call(script: str, arguments: Sequence[str], variables: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, script, *arguments], env=variables, stdout=subprocess.PIPE, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))
