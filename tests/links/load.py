"""Visitors who click as fast as they can, and remember every click id that they were answered."""

import http.client
import threading
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from tests.links.support import CHROME


class Load:
    """Clicks while the `with` block runs. `answered` holds the click ids whose answer arrived whole."""

    def __init__(self, port: int, path: str, *, threads: int = 8) -> None:
        self._port, self._path = port, path
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._click) for _ in range(threads)]
        self.answered: list[str] = []
        self.failed: list[str] = []

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _click(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self._stop.is_set():
            try:
                connection.request("GET", self._path, headers={"User-Agent": CHROME})
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))
                return
            if response.status != 302:
                self.failed.append(f"status {response.status}")
                return
            location = response.getheader("location") or ""
            self.answered.append(parse_qs(urlsplit(location).query)["lr"][0])
