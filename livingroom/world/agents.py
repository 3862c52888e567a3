"""Browsers and robots of 2007 to 2009 by their user agents, and the pages people came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.period import Floats


@dataclass(frozen=True)
class Agent:
    """One user agent, how it asks, and how often it turns up among its kind."""

    kind: str
    text: str
    weight: float
    method: str = "GET"
    purpose: str = ""


AGENTS: tuple[Agent, ...] = (
    Agent("person", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; .NET CLR 1.1.4322)", 14),
    Agent("person", "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; .NET CLR 2.0.50727)", 17),
    Agent("person", "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0; SLCC1; .NET CLR 3.0.04506)", 9),
    Agent("person", "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0; Trident/4.0; SLCC1)", 12),
    Agent("person", "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; SLCC2)", 4),
    Agent("person", "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.8.1.20) Gecko/20081217 Firefox/2.0.0.20", 8),
    Agent("person", "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.0.10) Gecko/2009042316 Firefox/3.0.10", 12),
    Agent("person", "Mozilla/5.0 (Windows; U; Windows NT 6.0; en-GB; rv:1.9.1.3) Gecko/20090824 Firefox/3.5.3", 7),
    Agent("person", "Mozilla/5.0 (Windows; U; Windows NT 5.1; pt-BR; rv:1.9.1.5) Gecko/20091102 Firefox/3.5.5", 3),
    Agent("person", "Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.9.0.8) Gecko/2009032711 Ubuntu/8.10 Firefox/3.0.8", 3),
    Agent(
        "person",
        "Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_5_6; en-us) AppleWebKit/525.27.1 Version/3.2.1 Safari/525.27.1",
        5,
    ),
    Agent(
        "person",
        "Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_6_2; en-us) AppleWebKit/531.21.8 Version/4.0.4 Safari/531.21.10",
        4,
    ),
    Agent(
        "person",
        "Mozilla/5.0 (Windows; U; Windows NT 6.0; en-US) AppleWebKit/530.5 (KHTML, like Gecko) Chrome/2.0.172.33 Safari/530.5",
        3,
    ),
    Agent("person", "Opera/9.64 (Windows NT 5.1; U; en) Presto/2.1.1", 2),
    Agent(
        "person",
        "Mozilla/5.0 (iPhone; U; CPU iPhone OS 3_0 like Mac OS X; en-us) AppleWebKit/528.18 Version/4.0 Mobile/7A341 "
        "Safari/528.16",
        5,
    ),
    Agent("person", "BlackBerry8330/4.3.0 Profile/MIDP-2.0 Configuration/CLDC-1.1 VendorID/105", 2),
    Agent("bot", "Twitturly / v0.6", 5),
    Agent("preview", "facebookexternalhit/1.0 (+http://www.facebook.com/externalhit_uatext.php)", 8),
    Agent("preview", "TweetmemeBot/2.0 (+http://tweetmeme.com/)", 7),
    Agent("preview", "LongURL API", 3),
    Agent("bot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 9),
    Agent("bot", "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)", 6),
    Agent("bot", "msnbot/2.0b (+http://search.msn.com/msnbot.htm)", 4),
    Agent("bot", "Baiduspider+(+http://www.baidu.com/search/spider.htm)", 2),
    Agent("bot", "Mozilla/5.0 (Twiceler-0.9 http://www.cuil.com/twiceler/robot.html)", 2),
    Agent("bot", "Python-urllib/2.5", 6),
    Agent("bot", "Java/1.6.0_13", 3),
    Agent("bot", "Jakarta Commons-HttpClient/3.1", 4),
    Agent("bot", "PycURL/7.18.2", 3),
    Agent("bot", "libwww-perl/5.805", 2),
    Agent("bot", "", 2),
    Agent("head", "PostRank/2.0 (postrank.com)", 3, "HEAD"),
    Agent("head", "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)", 4, "HEAD"),
    Agent(
        "prefetch",
        "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.0.10) Gecko/2009042316 Firefox/3.0.10",
        3,
        "GET",
        "x-moz=prefetch",
    ),
    Agent(
        "prefetch",
        "Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_6_2; en-us) AppleWebKit/531.21.8 Version/4.0.4 Safari/531.21.10",
        1,
        "GET",
        "x-purpose=preview",
    ),
)  # fmt: skip

SOCIAL_REFERRERS: tuple[tuple[str, float], ...] = (
    ("", 44),  # desktop clients send none
    ("twitter.com", 38),
    ("m.twitter.com", 5),
    ("www.facebook.com", 8),
    ("search.twitter.com", 3),
    ("friendfeed.com", 2),
)
CHANNEL_REFERRERS: dict[str, str] = {
    "search": "www.google.com",
    "mail": "",
    "display": "news.example",
    "affiliate": "deals.example",
}
COUPON_REFERRER = "coupons.example"
REFERRERS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [host for host, _ in SOCIAL_REFERRERS] + list(CHANNEL_REFERRERS.values()) + [COUPON_REFERRER]
    )
)


def agents_of(kind: str) -> tuple[list[int], Floats]:
    """Return the numbers of a kind's agents with their shares."""
    numbers = [number for number, agent in enumerate(AGENTS) if agent.kind == kind]
    weights = np.array([AGENTS[number].weight for number in numbers], dtype=np.float64)
    return numbers, weights / weights.sum()
