"""A network that is only read: every write refuses with the network's own sentence."""

from datetime import datetime
from typing import NoReturn

from livingroom.networks.errors import Forbidden
from livingroom.networks.interface import Network, Published, Ref, Rendered


class ReadOnlyNetwork(Network):
    def refresh(self) -> None:
        """Nothing here ends by itself; `check` asks whether it still answers."""

    def publish(self, rendered: Rendered, key: str) -> Published:
        self._refuse("publish")

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        return None

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        self._refuse("reply")

    def delete(self, ref: Ref) -> None:
        self._refuse("delete")

    def react(self, ref: Ref) -> None:
        self._refuse("react")

    def _refuse(self, deed: str) -> NoReturn:
        raise Forbidden(self.capabilities.why_not[deed], deed)
