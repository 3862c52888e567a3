from pathlib import Path

import pytest

import livingroom.networks
from livingroom.networks.registry import NETWORKS, UnknownNetwork, find_network, has_connector

ROOM = Path(livingroom.networks.__file__).parent


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_a_folder_with_the_same_files(name: str) -> None:
    for file in ("__init__.py", "network.py", "client.py", "render.py", "README.md"):
        assert (ROOM / name / file).exists(), f"{name} has no {file}"


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_what_it_is_and_how_to_connect_it(name: str) -> None:
    network = find_network(name)

    assert network.name == name
    assert network.connect_fields
    assert network.connect_guide
    assert network.limits.graphemes > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_why_for_all_it_cannot_do(name: str) -> None:
    can = find_network(name).capabilities

    for thing in ("edit", "hide", "delete", "react", "thread", "metrics", "webhook"):
        assert getattr(can, thing) or can.why_not[thing].endswith(".")


def test_an_unknown_network_names_those_there_are() -> None:
    with pytest.raises(UnknownNetwork, match="sandbox"):
        find_network("myspace")

    assert not has_connector("myspace")
