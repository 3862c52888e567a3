"""What one message of the stream says. Pure."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from livingroom.listening.taking import Heard

POSTS = "app.bsky.feed.post"


@dataclass(frozen=True)
class Note:
    """One message: a post (new or changed), the name of one that was taken back, or neither; and where the stream stands."""

    time_us: int
    post: Heard | None = None
    gone: str = ""


class Unreadable(ValueError):
    """A message that is not as the stream's description says."""


def read_note(message: str | bytes) -> Note:
    """Raises Unreadable."""
    try:
        body = json.loads(message)
        time_us = int(body["time_us"])
        commit = body.get("commit")
        if body.get("kind") != "commit" or not isinstance(commit, dict) or commit.get("collection") != POSTS:
            return Note(time_us)
        uri = f"at://{body['did']}/{POSTS}/{commit['rkey']}"
        if commit["operation"] == "delete":
            return Note(time_us, gone=uri)
        return Note(time_us, post=_post(str(body["did"]), uri, commit, time_us))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Unreadable(f"{type(problem).__name__}: {problem}") from None


def _post(did: str, uri: str, commit: dict[str, Any], time_us: int) -> Heard:
    record = commit["record"]
    reply = record.get("reply") or {}
    langs = record.get("langs") or []
    return Heard(
        network="bluesky",
        key=uri,
        source="stream",
        kind="found",
        # Whoever writes may set any time on a post; when it passed by is what the stream itself says.
        at=datetime.fromtimestamp(time_us // 1_000_000, UTC),
        author_id=did,
        text=str(record["text"]),
        language=str(langs[0])[:2].lower() if langs else "",
        url=f"https://bsky.app/profile/{did}/post/{commit['rkey']}",
        ref_version=str(commit.get("cid") or ""),
        subject_id=str((reply.get("parent") or {}).get("uri") or ""),
        under_id=str((reply.get("root") or {}).get("uri") or ""),
    )
