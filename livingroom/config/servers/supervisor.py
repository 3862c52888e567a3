"""One terminal for several processes: start them, start again the one that died, stop all on Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

GRACE_SECONDS = 10.0
STEADY_SECONDS = 30.0
MOST_RESTARTS = 5


@dataclass
class Part:
    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    n_restarts: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> None:
        # Its own session: the terminal's Ctrl-C reaches only the supervisor, which then stops each part in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "livingroom", *self.arguments],
            env={**os.environ, **self.environment},
            start_new_session=True,
        )
        self.started = time.monotonic()


class Supervisor:
    def __init__(self, parts: list[Part], say: Callable[[str], None]) -> None:
        self.parts, self.say, self.stopping = parts, say, False

    def run(self) -> int:
        """Keep the parts running until a signal; return the exit status."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._stop)
        try:
            for part in self.parts:
                part.start()
            while not self.stopping:
                time.sleep(0.2)
                if not all(self._is_well(part) for part in self.parts):
                    return 1
            return 0
        finally:
            self._stop_all()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _is_well(self, part: Part) -> bool:
        assert part.process is not None
        status = part.process.poll()
        if status is None or self.stopping:
            return True
        if time.monotonic() - part.started > STEADY_SECONDS:
            part.n_restarts = 0
        part.n_restarts += 1
        if part.n_restarts > MOST_RESTARTS or (part.n_restarts == 1 and status == 2):
            self.say(
                f"The {part.name} stopped with status {status}; its own words are above. Stopping the rest."
            )
            return False
        self.say(f"The {part.name} stopped with status {status}; starting it again.")
        time.sleep(min(2.0 ** (part.n_restarts - 1), 10.0) - 0.5)
        part.start()
        return True

    def _stop_all(self) -> None:
        running = [part for part in self.parts if part.process and part.process.poll() is None]
        for part in running:
            _signal_group(part, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for part in running:
            assert part.process is not None
            try:
                part.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"The {part.name} did not stop in {GRACE_SECONDS:.0f} s and was ended.")
                _signal_group(part, signal.SIGKILL)


def _signal_group(part: Part, what: signal.Signals) -> None:
    """Signal the part itself; on a kill also whatever it started."""
    assert part.process is not None
    try:
        if what is signal.SIGKILL:
            os.killpg(part.process.pid, what)
        else:
            part.process.send_signal(what)
    except ProcessLookupError:
        pass
