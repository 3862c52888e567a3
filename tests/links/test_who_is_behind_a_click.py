import pyarrow as pa
import pytest

from livingroom.lake import CLICKS
from livingroom.links.agents import CLASSIFIER, classify, reclassify
from tests.links.known_agents import BOTS, HUMANS, PREVIEWS
from tests.links.support import CHROME


@pytest.mark.parametrize("agent", PREVIEWS)
def test_a_service_that_draws_a_card_is_a_preview(agent: str) -> None:
    assert classify(agent).click_class == "preview"


@pytest.mark.parametrize("agent", BOTS)
def test_a_crawler_or_a_tool_is_a_bot(agent: str) -> None:
    assert classify(agent).click_class == "bot"


@pytest.mark.parametrize("agent", HUMANS)
def test_a_person_with_an_odd_phone_or_app_stays_a_person(agent: str) -> None:
    assert classify(agent).click_class == "human"


@pytest.mark.parametrize("agent", ["", "   "])
def test_no_agent_is_a_bot(agent: str) -> None:
    assert classify(agent) == ("bot", "no agent")


@pytest.mark.parametrize(
    "purpose",
    [
        "sec-purpose=prefetch",
        "sec-purpose=prefetch;prerender",
        "purpose=prefetch",
        "x-purpose=preview",
        "x-moz=prefetch",
    ],
)
def test_a_browser_that_fetches_ahead_is_a_prefetch(purpose: str) -> None:
    assert classify(CHROME, "GET", purpose) == ("prefetch", purpose)


def test_a_head_request_with_a_browsers_agent_is_no_person() -> None:
    assert classify(CHROME, "HEAD").click_class == "head"


def test_a_machine_is_named_whatever_it_asks() -> None:
    assert classify("Twitterbot/1.0", "HEAD").click_class == "preview"
    assert classify("curl/8.4.0", "GET", "purpose=prefetch").click_class == "bot"


def test_every_class_but_human_has_a_reason() -> None:
    for agent in [*BOTS, *PREVIEWS, ""]:
        assert classify(agent).reason, agent


def test_raw_clicks_can_be_classed_again() -> None:
    old = [
        {"agent": "curl/8.4.0", "method": "GET", "class": "human", "reason": "", "classifier": "0"},
        {"agent": CHROME, "method": "GET", "class": "bot", "reason": "mistaken", "classifier": "0"},
        {"agent": CHROME, "method": "GET", "class": "suspect", "reason": "burst: …", "classifier": "0"},
        {
            "agent": CHROME,
            "method": "GET",
            "class": "test",
            "reason": "the link is a test",
            "classifier": "0",
        },
    ]

    fresh = reclassify(pa.Table.from_pylist(old, schema=CLICKS))

    assert fresh["class"].to_pylist() == ["bot", "human", "suspect", "test"]
    assert fresh["reason"].to_pylist()[2] == "burst: …"
    assert set(fresh["classifier"].to_pylist()) == {CLASSIFIER}
    assert fresh.schema == CLICKS
