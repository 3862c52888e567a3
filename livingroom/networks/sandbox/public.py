"""What people do on the sandbox: the public's side of the network, for tests, the demo and the page."""

import re
from datetime import datetime
from typing import Any

from livingroom.networks.sandbox.models import (
    SandboxAccount,
    SandboxFollow,
    SandboxNotice,
    SandboxPost,
    SandboxReaction,
)

MENTION = re.compile(r"(?<![\w@])@([a-z0-9][a-z0-9_.-]+)")


def join(handle: str, *, now: datetime, name: str = "") -> SandboxAccount:
    """The account of this handle, opened if there is none."""
    defaults = {"name": name or handle, "created_at": now}
    return SandboxAccount.objects.get_or_create(handle=handle.lower(), defaults=defaults)[0]


def follow_as(follower: SandboxAccount, followed: SandboxAccount, *, now: datetime) -> None:
    _, created = SandboxFollow.objects.get_or_create(
        follower=follower, followed=followed, defaults={"created_at": now}
    )
    if created:
        _tell(followed, "followers", "follow", follower, None, None, now)


def react_as(account: SandboxAccount, post: SandboxPost, *, kind: str = "like", now: datetime) -> None:
    _, created = SandboxReaction.objects.get_or_create(
        post=post, account=account, kind=kind, defaults={"created_at": now}
    )
    if created:
        _tell(post.author, "reactions", kind, account, None, post, now)


def reply_as(account: SandboxAccount, post: SandboxPost, text: str, *, now: datetime) -> SandboxPost:
    return write_post(author=account, text=text, in_reply_to=post, now=now)


def write_post(
    *,
    author: SandboxAccount,
    text: str,
    now: datetime,
    facets: list[dict[str, Any]] | None = None,
    card: dict[str, Any] | None = None,
    key: str = "",
    in_reply_to: SandboxPost | None = None,
) -> SandboxPost:
    """Put a post on the timeline and tell those whom it concerns."""
    post = SandboxPost.objects.create(
        author=author,
        text=text,
        facets=facets or [],
        card=card,
        key=key,
        in_reply_to=in_reply_to,
        created_at=now,
    )
    told = {author.pk}
    if in_reply_to and in_reply_to.author_id not in told:
        _tell(in_reply_to.author, "replies", "reply", author, post, in_reply_to, now)
        told.add(in_reply_to.author_id)
    handles = {handle.rstrip(".") for handle in MENTION.findall(text.lower())}
    for account in SandboxAccount.objects.filter(handle__in=handles).exclude(pk__in=told):
        _tell(account, "mentions", "mention", author, post, None, now)
    return post


def _tell(
    account: SandboxAccount,
    stream: str,
    kind: str,
    actor: SandboxAccount,
    post: SandboxPost | None,
    subject: SandboxPost | None,
    now: datetime,
) -> None:
    if account.pk != actor.pk:
        SandboxNotice.objects.create(
            account=account, stream=stream, kind=kind, actor=actor, post=post, subject=subject, created_at=now
        )
