"""Keys that are made on the first start and kept in the data folder, readable by its owner only."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def stored_key(path: Path, *, make: bool = True) -> str:
    """Return the key in `path`; make it on the first call. Two processes that start at once agree on one key."""
    if not path.exists() and make:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(_new_key(path.name))
        try:
            os.link(fresh, path)  # fails when another process was first: then its key is the key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _new_key(name: str) -> str:
    return Fernet.generate_key().decode() if name == "credential.keys" else secrets.token_urlsafe(50)
