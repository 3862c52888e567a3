"""Find a network by its name. Adding one is a folder and a line here."""

from functools import cache
from importlib import import_module

from livingroom.networks.interface import Network

NETWORKS = {
    "sandbox": "livingroom.networks.sandbox.network:SandboxNetwork",
    "bluesky": "livingroom.networks.bluesky.network:BlueskyNetwork",
}


class UnknownNetwork(LookupError):
    """No connector has this name; the account can still be a branch that is not postable."""


@cache
def find_network(name: str) -> type[Network]:
    """The connector of a network. Raises UnknownNetwork."""
    if name not in NETWORKS:
        raise UnknownNetwork(f"No connector for {name!r}. There are: {', '.join(NETWORKS)}.")
    module, attribute = NETWORKS[name].split(":")
    connector: type[Network] = getattr(import_module(module), attribute)
    return connector


def has_connector(name: str) -> bool:
    return name in NETWORKS
