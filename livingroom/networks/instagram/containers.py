"""Remember which container stands for which placement, so that a publication whose answer was lost is known for sure.

Instagram publishes in two steps: a container is made (nobody sees it), then it is published. A container tells whether it was
published, and it cannot be published twice. Its number is kept beside the account's secrets, under the placement's key, for
as long as a container lives and some more.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.interface import Rendered

PREFIX = "container "
KEPT_FOR = timedelta(days=3)
TRIES = 20


def remember(store: CredentialStore, key: str, container: str, rendered: Rendered, now: datetime) -> None:
    """Keep a container's number. Other workers may write at the same time, so this tries until it is there."""
    line = f"{container} {_digest(rendered)} {now.isoformat()}"
    for _ in range(TRIES):
        secrets = store.load()
        if secrets.get(PREFIX + key) == line:
            return
        store.renew(secrets, lambda current: {**_without_old(current, now), PREFIX + key: line})


def recall(store: CredentialStore, key: str, rendered: Rendered) -> str:
    """The container that was made for this key with these very words; empty where there is none."""
    parts = store.load().get(PREFIX + key, "").split()
    return parts[0] if len(parts) == 3 and parts[1] == _digest(rendered) else ""


def _without_old(secrets: Mapping[str, str], now: datetime) -> dict[str, str]:
    return {
        name: value
        for name, value in secrets.items()
        if not name.startswith(PREFIX) or datetime.fromisoformat(value.split()[2]) > now - KEPT_FOR
    }


def _digest(rendered: Rendered) -> str:
    said = "\n".join((rendered.text, *(image.url for image in rendered.images)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
