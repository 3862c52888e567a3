"""What thirty agents do: listen, fetch the list again when it changed, open cases, write, answer."""

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.agents.wire import Answer, Connection

LISTS = ("/inbox/?sort=newest", "/inbox/", "/inbox/?tab=unowned", "/inbox/?branch=branch-2")
PART = {"HX-Request": "true", "HX-Target": "inbox-list"}


@dataclass
class Heard:
    """What all screens met: by agent and conversation, when it was told and when a list was shown that knew it."""

    told: dict[tuple[int, int], float] = field(default_factory=dict)
    shown: dict[tuple[int, int], float] = field(default_factory=dict)
    pages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    began: dict[int, float] = field(default_factory=dict)
    many: dict[int, list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )  # told that there were, without names
    every: float = 2.0  # as the house says, or at first as the script has it
    n_streams: int = 0
    n_answers: int = 0
    problems: list[str] = field(default_factory=list)


class WithoutPauses(random.Random):
    """For an agent who does not think between two clicks."""

    def uniform(self, a: float, b: float) -> float:
        return 0.05


class Agent:
    def __init__(self, number: int, port: int, session: str, way: str, heard: Heard) -> None:
        self.number, self.way, self.heard = number, way, heard
        cookies = {"livingroom_session": session}
        self.stream, self.list, self.page = (Connection(port, cookies) for _ in range(3))
        self.dice = random.Random(number)
        self.address = LISTS[number % len(LISTS)]
        self.wanted = asyncio.Event()
        self.unshown: set[int] = set()
        self.shown_rows: set[int] = set()
        self.since = ""

    async def work(self, only_listen: bool) -> None:
        await asyncio.sleep(self.dice.uniform(0, 3))
        self.heard.began[self.number] = time.time()
        if only_listen:
            await self._listen()
        await self._guarded(self._open_list)
        await asyncio.gather(self._listen(), self._renew(), self._be_human())

    async def _listen(self) -> None:
        last, retry = self.since, 1.5
        while True:
            asked = "?hold=no" if self.way == "poll" else ""
            self.heard.n_streams += 1
            try:
                async for line in self.stream.events(
                    f"/inbox/stream{asked}", {"Last-Event-ID": last} if last else {}
                ):
                    if line.startswith(b"id: "):
                        last = line[4:].decode()
                    elif line.startswith(b"retry: "):
                        retry = int(line[7:]) / 1000
                    elif line.startswith(b"data: "):
                        self._hear(json.loads(line[6:]))
            except (OSError, asyncio.IncompleteReadError) as error:
                self.heard.problems.append(f"stream: {error!r}")
                self.stream.close()
            await asyncio.sleep(retry)

    def _hear(self, told: dict[str, Any]) -> None:
        now, numbers = time.time(), told.get("ids") or []
        for number in numbers:
            if (self.number, number) not in self.heard.told:
                self.heard.told[self.number, number] = now
                self.unshown.add(number)
        if told.get("many"):
            self.heard.many[self.number].append(now)
        self.heard.every = float(told.get("every", 2000)) / 1000
        if told.get("many") or told.get("new") or self.shown_rows & set(numbers):
            self.wanted.set()

    async def _renew(self) -> None:
        """As the page's script: at most every so often, and not under somebody who selects."""
        while True:
            await self.wanted.wait()
            self.wanted.clear()
            known, began = self.unshown, time.monotonic()
            self.unshown = set()
            await self._guarded(self._fetch_list)
            now = time.time()
            for number in known:
                self.heard.shown[self.number, number] = now
            await asyncio.sleep(max(0.0, self.heard.every - (time.monotonic() - began)))

    async def _fetch_list(self) -> None:
        self._read_rows(await self._timed("list, fetched again", self.list.get(self.address, PART)))

    async def _open_list(self) -> None:
        answer = await self._timed("list page", self.page.get(self.address))
        self._read_rows(answer)
        if mark := re.search(rb'data-since="([^"]+)"', answer.body):
            self.since = mark[1].decode()

    async def _be_human(self) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(2, 6))
            await self._guarded(self._handle_a_case)
            await self._guarded(self._open_list)

    async def _handle_a_case(self) -> None:
        if not self.shown_rows:
            return
        number = self.dice.choice(sorted(self.shown_rows))
        case = (await self._timed("case", self.page.get(f"/inbox/{number}/"))).body.decode()
        form = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', case)
        seen = re.search(r'name="seen" value="(\d*)"', case)
        if form is None:
            raise ValueError(f"case {number} has no form")
        await self._post(f"/inbox/{number}/here/", form[1], "presence", typing="")
        for words in (4, 9, 14):
            await asyncio.sleep(self.dice.uniform(2, 5))
            text = " ".join(["We", "look", "into", "it", "today"] * 3)[: words * 5]
            await self._post(
                f"/inbox/{number}/draft/", form[1], "draft", text=text, seen=seen[1] if seen else ""
            )
        await self._post(f"/inbox/{number}/here/", form[1], "presence", leave="1")
        if seen is not None:
            await self._post(f"/inbox/{number}/answer/", form[1], "answer", text=text, seen=seen[1])
            self.heard.n_answers += 1

    async def _post(self, path: str, token: str, kind: str, **form: str) -> None:
        body = urlencode(form, quote_via=quote).encode()
        answer = await self._timed(kind, self.page.post(path, body, {"X-CSRFToken": token}), expect=400)
        if answer.status >= 400:
            raise ValueError(f"{path} answers {answer.status}")

    async def _timed(self, kind: str, asked: Awaitable[Answer], *, expect: int = 201) -> Answer:
        began = time.perf_counter()
        answer: Answer = await asyncio.wait_for(asked, 30)
        self.heard.pages[kind].append((time.perf_counter() - began) * 1000)
        if answer.status >= expect:
            raise ValueError(f"{kind} answers {answer.status}")
        return answer

    def _read_rows(self, answer: Answer) -> None:
        self.shown_rows = {int(one) for one in re.findall(rb'data-id="(\d+)"', answer.body)}

    async def _guarded(self, deed: Callable[[], Awaitable[None]]) -> None:
        try:
            await deed()
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.heard.problems.append(f"{deed.__name__}: {error!r}")
            self.list.close()
            self.page.close()


async def sit_down(
    port: int,
    sessions: list[str],
    way: str,
    seconds: float,
    burst_is_over: asyncio.Event,
    *,
    only_listen: bool,
) -> Heard:
    """All agents work until the burst is over and `seconds` more."""
    heard = Heard()
    tasks = [
        asyncio.create_task(Agent(number, port, session, way, heard).work(only_listen))
        for number, session in enumerate(sessions)
    ]
    await burst_is_over.wait()
    await asyncio.sleep(seconds)
    for task in tasks:
        if task.done() and (error := task.exception()):
            heard.problems.append(repr(error))
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return heard


async def alone(port: int, session: str, rounds: int = 15) -> dict[str, list[float]]:
    """The same pages for one agent in a quiet house."""
    heard = Heard()
    agent = Agent(0, port, session, "poll", heard)
    agent.dice = WithoutPauses(0)
    for number in range(rounds):
        agent.address = LISTS[number % len(LISTS)]
        await agent._open_list()
        await agent._fetch_list()
        await agent._handle_a_case()
    return {kind: times[2:] for kind, times in heard.pages.items()}
