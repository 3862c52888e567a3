#!/usr/bin/env python3
"""A kiosk in a shop that shows what the brand says, and sends home what visitors say. Needs nothing but Python 3.11.

    python shop_kiosk.py serve  --secret whsec_… --port 8300      take posts that Livingroom delivers, and show them
    python shop_kiosk.py fetch  --secret whsec_… --home https://house.example.com/hooks/places/kiosk-1/
    python shop_kiosk.py say    --secret whsec_… --home … --name Ana --post POST "Is it left-handed?"
    python shop_kiosk.py like   --secret whsec_… --home … --post POST
    python shop_kiosk.py count  --secret whsec_… --home … --visits 31 --followers 214

The secret may also stand in KIOSK_SECRET. What visitors see is at http://127.0.0.1:8300/screen.
"""

# ruff: noqa: S310, T201  # a script for a terminal, which asks the one address that its owner gave it

import argparse
import base64
import hashlib
import hmac
import html
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_SECONDS = 300
LONGEST_TEXT = 1_000
Answer = tuple[int, dict[str, Any]]


def sign(secret: str, delivery_id: str, at: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, f"{delivery_id}.{at}.".encode() + body, hashlib.sha256)).decode()


def signed_headers(secret: str, delivery_id: str, body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    signature = f"v1,{sign(secret, delivery_id, at, body)}"
    return {"webhook-id": delivery_id, "webhook-timestamp": at, "webhook-signature": signature}


def is_from_home(secret: str, headers: dict[str, str], body: bytes) -> bool:
    told = {name.lower(): value for name, value in headers.items()}
    delivery_id, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "0")
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE_SECONDS:
        return False
    expected = sign(secret, delivery_id, at, body)
    given = [part[3:] for part in told.get("webhook-signature", "").split() if part.startswith("v1,")]
    return any(hmac.compare_digest(expected, each) for each in given)


class Kiosk:
    """What stands on the screen. The same key twice is one post, so Livingroom may safely ask again."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.posts: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, query: str, headers: dict[str, str], body: bytes) -> Answer:
        if not is_from_home(self.secret, headers, body):
            return 401, {"message": "This is not signed with our secret."}
        if method == "GET":
            key = urllib.parse.parse_qs(query).get("key", [""])[0]
            return self.find(key) if key else (200, {"name": "Shop kiosk"})
        told = json.loads(body)
        if told["type"] == "post.published":
            return self.take(told["data"])
        if told["type"] == "post.deleted":
            return self.take_down(told["data"]["id"])
        return 422, {"message": f"A kiosk does not know {told['type']}.", "field": "type"}

    def take(self, post: dict[str, Any]) -> Answer:
        if len(post["text"].encode()) > 100 * LONGEST_TEXT or count(post["text"]) > LONGEST_TEXT:
            return 422, {"message": "This is too long for the screen.", "field": "text"}
        if post["in_reply_to"] and post["in_reply_to"] in self.taken_down():
            return 410, {"message": "What is to be answered was taken down."}
        kept = self.posts.setdefault(
            post["key"], {**post, "id": post["key"], "at": now(), "is_deleted": False}
        )
        return 200, {"id": kept["id"], "at": kept["at"]}

    def find(self, key: str) -> Answer:
        post = self.posts.get(key)
        if post is None or post["is_deleted"]:
            return 404, {"message": "There is no such post here."}
        return 200, {"id": post["id"], "at": post["at"], "in_reply_to": post["in_reply_to"]}

    def take_down(self, post_id: str) -> Answer:
        post = self.posts.get(post_id)
        if post is None or post["is_deleted"]:
            return 404, {"message": "There is no such post here."}
        post["is_deleted"] = True
        return 200, {}

    def taken_down(self) -> set[str]:
        return {post["id"] for post in self.posts.values() if post["is_deleted"]}

    def screen(self) -> str:
        standing = [post for post in self.posts.values() if not post["is_deleted"]]
        rows = "".join(
            f"<article><p>{html.escape(post['text'])}</p><p>{html.escape(post['link'])}</p></article>"
            for post in reversed(standing)
        )
        return f"<!doctype html><title>Kiosk</title><meta http-equiv=refresh content=30>{rows or 'Welcome!'}"


def count(text: str) -> int:
    """Roughly the characters that people see: marks that belong to the letter before are not counted."""
    import unicodedata

    n, is_joined = 0, False
    for letter in text:
        is_mark = (
            unicodedata.combining(letter)
            or letter in "\u200d\ufe0f"
            or "\U0001f3fb" <= letter <= "\U0001f3ff"
        )
        n += not is_mark and not is_joined
        is_joined = letter == "\u200d"
    return n


def now() -> str:
    return datetime.now(UTC).isoformat()


def serve(kiosk: Kiosk, port: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path == "/screen":
                return self.send(200, kiosk.screen().encode(), "text/html; charset=utf-8")
            return self.reply(*kiosk.answer("GET", query, dict(self.headers), b""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.reply(*kiosk.answer("POST", "", dict(self.headers), body))

        def reply(self, status: int, told: dict[str, Any]) -> None:
            self.send(status, json.dumps(told).encode(), "application/json")

        def send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()


def tell_home(secret: str, home: str, told: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(told).encode()
    headers = {"Content-Type": "application/json", **signed_headers(secret, uuid.uuid4().hex, body)}
    return ask(urllib.request.Request(home, data=body, headers=headers))


def fetch_posts(secret: str, home: str, after: int) -> dict[str, Any]:
    address = f"{home.rstrip('/')}/posts/?after={after}"
    request = urllib.request.Request(address, headers=signed_headers(secret, uuid.uuid4().hex, b""))
    with urllib.request.urlopen(request, timeout=15) as answer:
        body = answer.read()
        if not is_from_home(secret, dict(answer.headers), body):
            raise SystemExit("What came is not signed with our secret: nothing of it is shown.")
    found: dict[str, Any] = json.loads(body)
    return found


def ask(request: urllib.request.Request) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            told: dict[str, Any] = json.loads(answer.read())
            return told
    except urllib.error.HTTPError as refusal:
        raise SystemExit(f"{refusal.code}: {refusal.read().decode(errors='replace')}") from None


def event(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    told = {
        "id": asked.id or uuid.uuid4().hex,
        "kind": kind,
        "at": now(),
        "post": asked.post,
        "text": asked.text or "",
    }
    return {"events": [told | ({"person": {"name": asked.name}} if asked.name else {})]}


def main() -> None:
    asked = read_arguments()
    if asked.deed == "serve":
        return serve(Kiosk(asked.secret), asked.port)
    if asked.deed == "fetch":
        return print(json.dumps(fetch_posts(asked.secret, asked.home, asked.after), ensure_ascii=False))
    if asked.deed == "count":
        figures = {
            name: getattr(asked, name) for name in ("visits", "followers") if getattr(asked, name) is not None
        }
        return print(json.dumps(tell_home(asked.secret, asked.home, {"figures": figures})))
    kind = {"say": "reply" if asked.post else "mention", "like": "like"}[asked.deed]
    return print(json.dumps(tell_home(asked.secret, asked.home, event(kind, asked))))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("deed", choices=["serve", "fetch", "say", "like", "count"])
    parser.add_argument("text", nargs="?")
    parser.add_argument("--secret", default=os.environ.get("KIOSK_SECRET", ""))
    parser.add_argument("--home", default="", help="where Livingroom takes this place's events")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--after", type=int, default=0, help="fetch what changed behind this number")
    parser.add_argument("--post", default="", help="the post that is answered or liked")
    parser.add_argument("--name", default="", help="the visitor's name, if they gave one")
    parser.add_argument("--id", default="", help="the event's own id; the same id counts once")
    parser.add_argument("--visits", type=int)
    parser.add_argument("--followers", type=int)
    asked = parser.parse_args()
    if not asked.secret or (asked.deed != "serve" and not asked.home):
        parser.error("--secret is needed, and --home for all but serve")
    if asked.deed == "say" and not asked.text:
        parser.error("say needs the words")
    return asked


if __name__ == "__main__":
    main()
