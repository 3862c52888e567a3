"""Plain HTTP over a socket, as little of it as a browser's connection needs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Connection:
    """One kept-alive connection; one request at a time."""

    port: int
    cookies: dict[str, str]
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return await self._ask("GET", path, headers or {}, b"")

    async def post(self, path: str, form: bytes, headers: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form))}
        return await self._ask("POST", path, {**headers, **kind}, form)

    async def events(self, path: str, headers: dict[str, str]) -> AsyncIterator[bytes]:
        """The lines of a stream, until the server ends it."""
        answer = await self._send("GET", path, headers, b"")
        if answer.status != 200:
            raise ConnectionError(f"{path} answers {answer.status}")
        if "content-length" in answer.headers:
            for line in (await self._rest(answer)).split(b"\n"):
                yield line
            return
        kept = b""
        while chunk := await self._chunk():
            *lines, kept = (kept + chunk).split(b"\n")
            for line in lines:
                yield line
        self.close()

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        async with self.turn:
            answer = await self._send(method, path, headers, body)
            answer.body = await self._rest(answer)
            return answer

    async def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {cookies}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self.writer.drain()
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        answer = Answer(int(head[0].split()[1]), {})
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
            answer.headers[name.lower()] = value
        return answer

    async def _rest(self, answer: Answer) -> bytes:
        assert self.reader is not None
        if answer.status in (204, 304):
            return b""
        if "content-length" in answer.headers:
            return await self.reader.readexactly(int(answer.headers["content-length"]))
        chunks = []
        while chunk := await self._chunk():
            chunks.append(chunk)
        return b"".join(chunks)

    async def _chunk(self) -> bytes:
        assert self.reader is not None
        try:
            size = int(await self.reader.readline() or b"0", 16)
            chunk = await self.reader.readexactly(size)
            await self.reader.readline()
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        return chunk
