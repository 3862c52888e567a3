"""A small IMAP server on loopback with one mailbox, as much of RFC 3501 as reading needs."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stage:
    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.validity = 1
        self.password = "secret"
        self.port = 0

    def put(self, raw: str | bytes) -> int:
        uid = max(self.mails, default=0) + 1
        content = raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode()
        self.mails[uid] = content
        return uid


def _handler(stage: Stage) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("* OK stage")
            while line := self.rfile.readline():
                tag, _, command = line.decode().strip().partition(" ")
                if not self.answer(tag, command):
                    return

        def answer(self, tag: str, command: str) -> bool:
            word = command.upper()
            if word.startswith("CAPABILITY"):
                self.say("* CAPABILITY IMAP4rev1")
            elif word.startswith("LOGIN"):
                if not command.endswith(f'"{stage.password}"'):
                    self.say(f"{tag} NO wrong password")
                    return True
            elif word.startswith(("EXAMINE", "SELECT")):
                self.say(f"* {len(stage.mails)} EXISTS")
                self.say(f"* OK [UIDVALIDITY {stage.validity}] it")
            elif found := re.match(r"UID SEARCH UID (\d+):\*", word):
                newer = [uid for uid in stage.mails if uid >= int(found[1])] or list(stage.mails)[-1:]
                self.say("* SEARCH " + " ".join(map(str, newer)))
            elif found := re.match(r"UID FETCH (\d+) \(RFC822.SIZE\)", word):
                uid = int(found[1])
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(stage.mails[uid])})")
            elif found := re.match(r"UID FETCH (\d+) \(BODY.PEEK\[\]\)", word):
                uid, content = int(found[1]), stage.mails[int(found[1])]
                self.wfile.write(
                    f"* {uid} FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
                )
            elif word.startswith("LOGOUT"):
                self.say("* BYE")
                self.say(f"{tag} OK")
                return False
            self.say(f"{tag} OK done")
            return True

    return Handler


@contextmanager
def mail_stage() -> Iterator[Stage]:
    stage = Stage()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(stage)) as server:
        server.daemon_threads = True
        stage.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield stage
        server.shutdown()
