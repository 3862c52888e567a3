"""The sandbox's server: from a request to an answer over its own tables. Each request commits on its own, as a network
that stands elsewhere would; it refuses to be part of somebody's transaction.

    GET    /account                    who am I
    POST   /posts                      text, facets, card, key, in_reply_to, media_ids
    POST   /media                      content (base64), media_type, alt: a picture for a post to come
    GET    /posts?key=&since=          my posts written under a key
    PATCH  /posts/<id>                 text, facets, card
    DELETE /posts/<id>
    POST   /posts/<id>/like, /hide
    GET    /posts/<id>/thread
    GET    /counts?ids=1,2,3
    GET    /notices?stream=&cursor=
    POST   /accounts                   open an account (needs no token): handle, name
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from livingroom.networks.graphemes import count_graphemes
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.models import (
    SandboxAccount,
    SandboxFollow,
    SandboxNotice,
    SandboxPicture,
    SandboxPost,
    SandboxReaction,
    new_token,
)

Body = dict[str, Any]
LIMIT = 500
PAGE_SIZE = 50
FOLLOWERS_PAGE = 200
PICTURE_BYTES = 1_000_000
HANDLE = re.compile(r"[a-z0-9][a-z0-9_.-]{1,59}")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=dict)
    token: str = ""

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Body = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    def __init__(self, status: int, message: str, name: str = "") -> None:
        super().__init__(message)
        self.answer = Answer(status, {"error": name or str(status), "message": message})


def answer(request: Request, now: datetime) -> Answer:
    """Do what is asked, or say why not. Raises RuntimeError inside somebody's transaction."""
    with transaction.atomic(durable=True):
        try:
            return Answer(200, _route(request, now))
        except Refused as refusal:
            transaction.set_rollback(True)
            return refusal.answer


def account_of(token: str) -> SandboxAccount | None:
    return SandboxAccount.objects.filter(token=token).first() if token else None


def _route(request: Request, now: datetime) -> Body:
    if (request.method, request.path) == ("POST", "/accounts"):
        return _open_account(request, now)
    account = account_of(request.token)
    if account is None or account.token_is_revoked:
        raise Refused(401, "This token is not (or no longer) valid.", "token_invalid")
    for method, pattern, handle in ROUTES:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            return handle(account, request, now, *match.groups())
    raise Refused(404, f"There is no {request.method} {request.path}.")


def _open_account(request: Request, now: datetime) -> Body:
    handle = str(request.body.get("handle", "")).lower()
    if not HANDLE.fullmatch(handle):
        raise Refused(422, "A handle has 2 to 60 letters a-z, digits, dots, dashes.", "handle")
    name = str(request.body.get("name", ""))[:120] or handle
    account, created = SandboxAccount.objects.get_or_create(
        handle=handle, defaults={"name": name, "created_at": now}
    )
    if account.token_is_revoked:
        account.token, account.token_is_revoked = new_token(), False
        account.save(update_fields=["token", "token_is_revoked"])
    return {**_account(account), "token": account.token, "created": created}


def _show_account(account: SandboxAccount, request: Request, now: datetime) -> Body:
    return _account(account)


def _create_post(account: SandboxAccount, request: Request, now: datetime) -> Body:
    body = request.body
    parent = _post(int(body["in_reply_to"])) if body.get("in_reply_to") else None
    post = public.write_post(
        author=account,
        text=_text(body),
        facets=body.get("facets") or [],
        card=body.get("card"),
        key=str(body.get("key", "")),
        in_reply_to=parent,
        now=now,
    )
    for place, number in enumerate(body.get("media_ids") or []):
        SandboxPicture.objects.filter(pk=int(number), account=account, post=None).update(
            post=post, place=place
        )
    return _shown(post)


def _take_picture(account: SandboxAccount, request: Request, now: datetime) -> Body:
    media_type = str(request.body.get("media_type", ""))
    try:
        content = b64decode(str(request.body.get("content", "")), validate=True)
    except ValueError:
        raise Refused(422, "The picture is not base64.", "content") from None
    if media_type not in {"image/jpeg", "image/png"} or not 0 < len(content) <= PICTURE_BYTES:
        raise Refused(422, f"JPEG or PNG, at most {PICTURE_BYTES:,} bytes.", "images")
    alt = str(request.body.get("alt", ""))[:1000]
    row = SandboxPicture.objects.create(account=account, content=content, media_type=media_type, alt=alt)
    return {"id": row.pk}


def _find_posts(account: SandboxAccount, request: Request, now: datetime) -> Body:
    posts = account.posts.standing().with_author().filter(key=request.query.get("key", ""))
    if "since" in request.query:
        posts = posts.filter(created_at__gte=datetime.fromisoformat(request.query["since"]))
    return {"posts": [_shown(post) for post in posts.order_by("created_at", "id")]}


def _edit_post(account: SandboxAccount, request: Request, now: datetime, number: str) -> Body:
    post = _own_post(account, int(number))
    post.text, post.edited_at = _text(request.body), now
    post.facets, post.card = request.body.get("facets") or [], request.body.get("card")
    post.save()
    return _shown(post)


def _delete_post(account: SandboxAccount, request: Request, now: datetime, number: str) -> Body:
    post = _own_post(account, int(number))
    post.deleted_at = now
    post.save(update_fields=["deleted_at"])
    return {}


def _like(account: SandboxAccount, request: Request, now: datetime, number: str) -> Body:
    public.react_as(account, _post(int(number)), kind=SandboxReaction.Kind.LIKE, now=now)
    return {}


def _hide(account: SandboxAccount, request: Request, now: datetime, number: str) -> Body:
    post = _post(int(number))
    if post.in_reply_to is None or post.in_reply_to.author_id != account.pk:
        raise Refused(403, "Only answers under your own posts can be hidden.", "moderate")
    post.hidden_at = now
    post.save(update_fields=["hidden_at"])
    return {}


def _thread(account: SandboxAccount, request: Request, now: datetime, number: str) -> Body:
    post = _post(int(number))
    before: list[SandboxPost] = []
    above = post.in_reply_to
    while above is not None and len(before) < 20:
        before.insert(0, above)
        above = above.in_reply_to
    return {
        "posts": [
            _shown(each) for each in [*before, post, *_answers(post, depth=10)] if each.deleted_at is None
        ]
    }


def _answers(post: SandboxPost, depth: int) -> list[SandboxPost]:
    found: list[SandboxPost] = []
    if depth:
        for each in post.answers.standing().with_author().filter(hidden_at=None).order_by("created_at", "id"):
            found += [each, *_answers(each, depth - 1)]
    return found


def _counts(account: SandboxAccount, request: Request, now: datetime) -> Body:
    numbers = [int(text) for text in request.query.get("ids", "").split(",") if text.isdigit()][:50]
    posts = (
        SandboxPost.objects.standing()
        .filter(pk__in=numbers)
        .annotate(
            n_likes=Count("reactions", filter=Q(reactions__kind="like"), distinct=True),
            n_reposts=Count("reactions", filter=Q(reactions__kind="repost"), distinct=True),
            n_answers=Count("answers", filter=Q(answers__deleted_at=None), distinct=True),
        )
    )
    names = ("n_likes", "n_reposts", "n_answers")
    return {"counts": {str(post.pk): {name: getattr(post, name) for name in names} for post in posts}}


def _notices(account: SandboxAccount, request: Request, now: datetime) -> Body:
    cursor = request.query.get("cursor", "0")
    if not cursor.isdigit():
        raise Refused(400, "This cursor is not known (any more).", "cursor_unknown")
    rows = SandboxNotice.objects.filter(
        account=account, stream=request.query.get("stream", ""), pk__gt=int(cursor)
    )
    found = list(
        rows.select_related("actor", "post__author", "subject__author").order_by("pk")[: PAGE_SIZE + 1]
    )
    page = found[:PAGE_SIZE]
    return {
        "notices": [_notice(row) for row in page],
        "cursor": str(page[-1].pk) if page else cursor,
        "more": len(found) > PAGE_SIZE,
    }


def _followers(account: SandboxAccount, request: Request, now: datetime) -> Body:
    cursor = request.query.get("cursor", "0")
    if not cursor.isdigit():
        raise Refused(400, "This cursor is not known (any more).", "cursor_unknown")
    rows = SandboxFollow.objects.filter(followed=account, pk__gt=int(cursor)).order_by("pk")
    found = list(rows.values_list("pk", "follower_id")[: FOLLOWERS_PAGE + 1])
    page = found[:FOLLOWERS_PAGE]
    following = str(page[-1][0]) if len(found) > FOLLOWERS_PAGE else ""
    return {"followers": [follower for _, follower in page], "cursor": following}


Handler = Callable[..., Body]
ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/account", _show_account),
    ("POST", "/posts", _create_post),
    ("POST", "/media", _take_picture),
    ("GET", "/posts", _find_posts),
    ("PATCH", r"/posts/(\d+)", _edit_post),
    ("DELETE", r"/posts/(\d+)", _delete_post),
    ("POST", r"/posts/(\d+)/like", _like),
    ("POST", r"/posts/(\d+)/hide", _hide),
    ("GET", r"/posts/(\d+)/thread", _thread),
    ("GET", "/counts", _counts),
    ("GET", "/notices", _notices),
    ("GET", "/followers", _followers),
]


def _text(body: Body) -> str:
    text = str(body.get("text", ""))
    if not text.strip():
        raise Refused(422, "A post needs words.", "text")
    size = count_graphemes(text)
    if size > LIMIT:
        raise Refused(422, f"{size} characters; at most {LIMIT}.", "text")
    return text


def _post(number: int) -> SandboxPost:
    post = SandboxPost.objects.standing().with_author().filter(pk=number).first()
    if post is None:
        raise Refused(404, f"There is no post {number} (any more).", "post")
    return post


def _own_post(account: SandboxAccount, number: int) -> SandboxPost:
    post = _post(number)
    if post.author_id != account.pk:
        raise Refused(403, "This is somebody else's post.", "owner")
    return post


def _account(account: SandboxAccount) -> Body:
    return {
        "id": account.pk,
        "handle": account.handle,
        "name": account.name,
        "n_followers": SandboxFollow.objects.filter(followed=account).count(),
        "n_posts": account.posts.standing().count(),
    }


def _person(account: SandboxAccount) -> Body:
    return {"id": account.pk, "handle": account.handle, "name": account.name}


def _shown(post: SandboxPost) -> Body:
    return {
        "id": post.pk,
        "author": _person(post.author),
        "text": post.text,
        "created_at": post.created_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else "",
        "in_reply_to": post.in_reply_to_id,
    }


def _notice(row: SandboxNotice) -> Body:
    return {
        "id": row.pk,
        "kind": row.kind,
        "at": row.created_at.isoformat(),
        "actor": _person(row.actor),
        "post": _shown(row.post) if row.post and row.post.deleted_at is None else None,
        "subject": row.subject_id,
    }
