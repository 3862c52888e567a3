"""Clicks of people: those who are shopping, those who only look, and those who come by mail, search and adverts."""

from __future__ import annotations

import numpy as np

from livingroom.world.agents import CHANNEL_REFERRERS, REFERRERS, SOCIAL_REFERRERS, agents_of
from livingroom.world.brand import BranchFacts, follower_curve
from livingroom.world.clicks import CHANNELS, NOBODY, Clicks, channel_link
from livingroom.world.countries import COUNTRY_CODES
from livingroom.world.names import scramble
from livingroom.world.people import COOKIE_SHARE, STRANGER, Needs
from livingroom.world.period import DAY, END, MINUTE, SECOND, Booleans, Integers, day_of, draws
from livingroom.world.posts import Placements, Posts
from livingroom.world.shopping import Lives

LOOKING_CLICKS = 420_000
CHANNEL_SHARES = {"search": 0.27, "mail": 0.15, "display": 0.06, "affiliate": 0.05}
KIND_PULL = {"offer": 1.6, "reply": 0.15, "tip": 1.0, "news": 1.2, "question": 0.7, "event": 0.8}
OTHER_DEVICE_SHARE = 0.13  # so many click on a telephone and buy at a desk
FIRST_TELEPHONE = 500_000_000
FIRST_LOOKER = 1_000_000_000  # the people who only look are numbered from here
LOOKERS_A_BRANCH = 10_000_000


def person_columns(random: np.random.Generator, people: Integers) -> tuple[Integers, Integers]:
    """Give people a browser (the same one each time) and a page they came from."""
    numbers, shares = agents_of("person")
    chance = (scramble(people, 5) >> np.uint64(11)).astype(np.float64) / 2**53
    agent = np.array(numbers)[np.searchsorted(np.cumsum(shares), chance).clip(0, len(numbers) - 1)]
    hosts = np.array([REFERRERS.index(host) for host, _ in SOCIAL_REFERRERS])
    weights = np.array([weight for _, weight in SOCIAL_REFERRERS])
    return agent, random.choice(hosts, size=len(people), p=weights / weights.sum())


def shoppers_clicks(seed: int, needs: Needs, lives: Lives) -> Clicks:
    """The clicks of followers who are shopping: on the deal, and on the post before it."""
    random = draws(seed, "shoppers_clicks")
    exposure = lives.exposure
    first, second = np.flatnonzero(exposure.clicked), np.flatnonzero(exposure.other_placement >= 0)
    need = np.concatenate([first, second])
    at = np.concatenate([exposure.click_at[first], exposure.other_click_at[second]])
    link = np.concatenate([exposure.placement[first], exposure.other_placement[second]])
    person = needs.person[need].copy()
    elsewhere = (np.arange(len(need)) < len(first)) & (needs.chance("device")[need] < OTHER_DEVICE_SHARE)
    person[elsewhere] += FIRST_TELEPHONE
    agent, referrer = person_columns(random, person)
    return Clicks(
        at, link, np.where(elsewhere, NOBODY, need), person, needs.keeps_cookie[need], agent, referrer,
        needs.country[need], np.zeros(len(at), dtype=np.bool_),
    )  # fmt: skip


def channel_clicks(seed: int, needs: Needs, lives: Lives, n_placements: int) -> Clicks:
    """Before many orders there is a click on a mail, a search result or an advert, post or no post."""
    random = draws(seed, "channel_clicks")
    purchases = lives.on
    limits = np.cumsum(list(CHANNEL_SHARES.values()))
    reach = np.where(needs.branch[purchases.need] == STRANGER, 1.0, 2.4)
    channel = np.searchsorted(limits, needs.chance("search")[purchases.need] * reach)
    rows = np.flatnonzero(channel < len(CHANNELS))
    need, channel = purchases.need[rows], channel[rows]
    wait = 2 * MINUTE - (np.log1p(-needs.chance("search_delay")[need]) * 1.5 * DAY).astype(np.int64)
    at = purchases.at[rows] - wait
    agent, _ = person_columns(random, needs.person[need])
    hosts = np.array([REFERRERS.index(CHANNEL_REFERRERS[name]) for name in CHANNELS])
    link = channel_link(n_placements, channel, needs.country[need])
    return Clicks(
        at, link, need, needs.person[need], needs.keeps_cookie[need], agent, hosts[channel], needs.country[need],
        np.zeros(len(at), dtype=np.bool_),
    )  # fmt: skip


def fans_clicks(
    seed: int, needs: Needs, lives: Lives, placements: Placements, branches: tuple[BranchFacts, ...]
) -> Clicks:
    """A few ordinary buyers had clicked a post of an account that sells nothing: a touch that caused nothing."""
    random = draws(seed, "fans_clicks")
    purchases = lives.on
    is_fan = (needs.branch[purchases.need] == STRANGER) & (random.random(len(purchases)) < 0.012)
    rows = np.flatnonzero(is_fan)
    at = purchases.at[rows] - (random.random(len(rows)) * 18 * DAY).astype(np.int64) - MINUTE
    sells = np.array([facts.sells for facts in branches], dtype=np.bool_)
    home = np.array([COUNTRY_CODES.index(facts.country) for facts in branches], dtype=np.int64)
    link = np.full(len(rows), NOBODY, dtype=np.int64)
    for country in np.unique(needs.country):
        posts = np.flatnonzero(~sells[placements.branch] & (home[placements.branch] == country))
        mine = np.flatnonzero(needs.country[purchases.need[rows]] == country)
        newest = np.searchsorted(placements.at[posts], at[mine] - 5 * MINUTE) - 1
        link[mine[newest >= 0]] = posts[newest[newest >= 0]]
    kept = link >= 0
    need, at, link = purchases.need[rows[kept]], at[kept], link[kept]
    agent, referrer = person_columns(random, needs.person[need])
    return Clicks(
        at, link, need, needs.person[need], needs.keeps_cookie[need], agent, referrer, needs.country[need],
        np.zeros(len(at), dtype=np.bool_),
    )  # fmt: skip


def lookers_clicks(
    seed: int, placements: Placements, posts: Posts, branches: tuple[BranchFacts, ...], scale: float
) -> Clicks:
    """Everybody else who clicks: many in the first hours, a few for days after."""
    random = draws(seed, "lookers")
    curves = np.stack([follower_curve(facts) for facts in branches])
    followers = curves[placements.branch, day_of(placements.at)]
    pull = np.array([KIND_PULL[kind] for kind in posts.kind])[placements.post]
    appeal = pull * (followers + 30) ** 0.55 * random.gamma(1.6, 1 / 1.6, len(placements))
    link = np.repeat(
        np.arange(len(placements)), random.poisson(appeal * LOOKING_CLICKS * scale / appeal.sum())
    )
    wait = np.exp(random.normal(np.log(100), 1.7, len(link))) * MINUTE  # median 100 minutes, a long tail
    at = placements.at[link] + 20 * SECOND + np.minimum(wait, 40 * DAY).astype(np.int64)
    branch = placements.branch[link]
    circle = np.array([facts.followers_at_end for facts in branches])[branch] ** 0.8 * 4
    person = (
        FIRST_LOOKER + branch * LOOKERS_A_BRANCH + (circle * random.random(len(link)) ** 1.7).astype(np.int64)
    )
    country = lookers_countries(random, branches, branch)
    agent, referrer = person_columns(random, person)
    rows = np.flatnonzero(at < END)
    return Clicks(
        at[rows], link[rows], np.full(len(rows), NOBODY, dtype=np.int64), person[rows], cookie_of(person[rows]),
        agent[rows], referrer[rows], country[rows], np.zeros(len(rows), dtype=np.bool_),
    )  # fmt: skip


def cookie_of(person: Integers) -> Booleans:
    return np.asarray(
        scramble(person, 3) % np.uint64(1000) < np.uint64(int(1000 * COOKIE_SHARE)), dtype=np.bool_
    )


def lookers_countries(
    random: np.random.Generator, branches: tuple[BranchFacts, ...], branch: Integers
) -> Integers:
    """Most come from the account's own country, some from anywhere."""
    home = np.array([COUNTRY_CODES.index(facts.country) for facts in branches], dtype=np.int64)[branch]
    elsewhere = random.integers(0, len(COUNTRY_CODES), len(branch))
    return np.where(random.random(len(branch)) < 0.88, home, elsewhere)
