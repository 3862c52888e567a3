"""Give one click its class, with the reason."""

from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from is_crawler import crawler_name, is_crawler, is_social_preview

from livingroom.links.agents.overlay import BOTS, IN_APP_BROWSERS, OVERLAY, PREVIEWS, without_harmless_names

CLASSIFIER = f"{OVERLAY}+is-crawler-{version('is-crawler')}"

_PREFETCH_WORDS = ("prefetch", "prerender", "preview")


class Verdict(NamedTuple):
    click_class: str
    reason: str


def classify(agent: str, method: str = "GET", purpose: str = "") -> Verdict:
    """Class one request by its agent, its method and what a prefetch header said ("sec-purpose=prefetch")."""
    verdict = _by_agent(agent.strip())
    if verdict.click_class != "human":
        return verdict
    if method == "HEAD":
        return Verdict("head", "HEAD request")
    if purpose and any(word in purpose.lower() for word in _PREFETCH_WORDS):
        return Verdict("prefetch", purpose)
    return verdict


@lru_cache(maxsize=65_536)
def _by_agent(agent: str) -> Verdict:
    if not agent:
        return Verdict("bot", "no agent")
    low = agent.lower()
    match = PREVIEWS.search(low)
    if match and not IN_APP_BROWSERS.search(low):
        return Verdict("preview", f"agent names {match[0].strip(' /')}")
    if BOTS.search(low):
        return Verdict("bot", "agent of a tool")
    rest = without_harmless_names(agent)
    if is_crawler(rest):
        name = crawler_name(rest) or "a crawler"
        return Verdict("preview" if is_social_preview(rest) else "bot", f"agent names {name}")
    return Verdict("human", "")
