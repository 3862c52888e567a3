"""Corner PC's doors: an outlet with a face and last words, Brazil and its help, Germany, a care for all, one that closed."""

import json
import shutil

import pytest

from livingroom.branches.models import Host
from livingroom.frontdoor import languages
from tests.posts import cast


@pytest.fixture
def doors(db):
    cast.open_house()
    outlet = cast.branch(
        "Outlet",
        connected=False,
        network="x",
        handle="cornerpc_outlet",
        url="https://x.com/cornerpc_outlet",
        interests=["deals", "students"],
        followers=1200,
        about="Good computers for little money.",
    )
    outlet.hosts.add(Host.objects.create(name="Ana Souza", initials="AS"))
    brazil = {"connected": False, "country": "BR", "language": "pt", "network": "mastodon"}
    cast.branch(
        "Corner Brasil", handle="brasil@social.example", interests=["promoções", "students"], **brazil
    )
    cast.branch(
        "Corner Ajuda", handle="ajuda@social.example", purpose="service", interests=["ajuda"], **brazil
    )
    cast.branch("Ecke", connected=False, country="DE", language="de", purpose="news", network="blog", handle="ecke",
                url="https://blog.cornerpc.example/de/")  # fmt: skip
    cast.branch(
        "Care",
        connected=False,
        country="",
        purpose="service",
        network="bluesky",
        handle="care.cornerpc.example",
    )
    closed = cast.branch("Old Corner", connected=False, network="x", handle="oldcorner")
    closed.closed_on = closed.opened_on
    closed.save()
    return {"outlet": outlet, "closed": closed}


@pytest.fixture
def right_to_left(monkeypatch, tmp_path):
    """One more language, written from right to left: the English words between marks."""
    folder = tmp_path / "words"
    shutil.copytree(languages.WORDS, folder)
    words = json.loads((folder / "en.json").read_text())
    strange = {key: f"⟦{word}⟧" for key, word in words.items()} | {"direction": "rtl", "language": "עברית"}
    (folder / "he.json").write_text(json.dumps(strange))
    monkeypatch.setattr(languages.Language, "folder", folder)
    return "he"
