"""Our counting and our facets against Bluesky's own library, on the same texts."""

import json
import subprocess

import pytest

from livingroom.networks.graphemes import count_graphemes
from livingroom.networks.richtext import find_facets
from scripts.peers.bluesky.network import require_installed

TEXTS = [
    "plain words",
    "👨‍👩‍👧‍👦 👩🏽‍🚀 🇧🇷🇩🇪 é e\u0301 각 각",
    "Ação: até já! Olá @ana.bsky.social, veja https://example.com/a?b=ç&d=1.",
    "(https://example.com/in_brackets) and https://en.wikipedia.org/wiki/Desk_(furniture).",
    "#tag #Straße #日本語 #1 #1st #end. #a-b ##double # lone #",
    "mail@example.com is no mention, @shop.example.com is, @nodot is not",
    "日本語のテキスト https://example.jp/道 つづき #東京",
    "two\nlines #and @bo.test\nhttps://example.org",
    "مرحبا #وسم https://example.com/عربي",
    "ไทย ภาษา हिन्दी вопрос ελληνικά",
]
SCRIPT = """
import { RichText } from "@atproto/api";
import { readFileSync } from "node:fs";
const kinds = { "app.bsky.richtext.facet#link": "uri", "app.bsky.richtext.facet#tag": "tag" };
const answers = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const rich = new RichText({ text });
  rich.detectFacetsWithoutResolution();
  const facets = (rich.facets ?? []).map(({ index, features: [feature] }) => [
    feature.$type.split("#")[1], index.byteStart, index.byteEnd, feature.uri ?? feature.tag ?? feature.did,
  ]);
  return { graphemes: rich.graphemeLength, facets: facets.sort((a, b) => a[1] - b[1]) };
});
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, object]]:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", SCRIPT],
        cwd=require_installed(),
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(TEXTS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("text", TEXTS)
def test_we_count_characters_as_bluesky_does(text: str, answers: dict[str, dict[str, object]]) -> None:
    counted = count_graphemes(text)

    assert counted == answers[text]["graphemes"]


@pytest.mark.parametrize("text", TEXTS)
def test_we_find_the_facets_that_bluesky_finds(text: str, answers: dict[str, dict[str, object]]) -> None:
    found = [[facet.kind, facet.start, facet.end, facet.value] for facet in find_facets(text)]

    assert found == answers[text]["facets"]
