"""`python -m livingroom.links.redirector`: the redirector alone.

The database comes from DATABASE_URL, which may hold a password and so does not belong on a command line.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

from livingroom.links.redirector.server import PortTaken, serve
from livingroom.links.redirector.worker import AlreadyRunning


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m livingroom.links.redirector", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("LIVINGROOM_HOME", "var")))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--answer-for", action="append", default=[], metavar="HOST", help="a name to answer (default: any)"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    database_url = os.environ.get("DATABASE_URL", "")
    try:
        serve(
            database_url=database_url or f"sqlite:///{options.data_dir.absolute() / 'livingroom.sqlite3'}",
            data_dir=options.data_dir,
            host=options.host,
            port=options.port,
            workers=options.workers,
            durability=os.environ.get("CLICKS_DURABILITY", "disk"),
            trusted_proxies=int(os.environ.get("TRUSTED_PROXIES", "0")),
            hosts=options.answer_for,
        )
    except (PortTaken, AlreadyRunning, ValueError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
