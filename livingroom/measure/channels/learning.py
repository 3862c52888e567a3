"""What each model that learns from all journeys says about the channels, with intervals: values, shares and amounts."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.channels.bootstrap import Bootstrap, Floats
from livingroom.measure.channels.chain import Steps
from livingroom.measure.channels.markov import ORDERS, removal_effects
from livingroom.measure.channels.shapley import rate_values, set_linear
from livingroom.measure.channels.tally import Counted
from livingroom.measure.summary import ChannelValue

LEARNED = (*ORDERS, "shapley", "shapley_rate")


@dataclass(frozen=True)
class Learned:
    """What one model says.

    Parameters
    ----------
    model, kind : str
        The model, and what its values are.
    values : (n_channels,) float
        By them orders are divided.
    draws : (n_replicates, n_channels) float
        The same in every replicate.
    rewards : (n_currencies, n_channels) float
        The values by which revenue is shared out over the whole, before any order is divided.
    reward_draws : (n_replicates, n_currencies, n_channels) float
    """

    model: str
    kind: str
    values: Floats
    draws: Floats
    rewards: Floats
    reward_draws: Floats


def learn(
    model: str, steps: Steps | None, sets: Counted, n_channels: int, n_currencies: int, weights: Floats | None
) -> Learned:
    """Learn one model's values from what was counted, and from every replicate."""
    if n_channels == 0:
        n_draws = 0 if weights is None else len(weights)
        none = np.zeros((n_currencies, 0))
        return Learned(
            model, "nothing", np.zeros(0), np.zeros((n_draws, 0)), none, np.zeros((n_draws, n_currencies, 0))
        )
    if model in ORDERS:
        assert steps is not None
        effects, draws = removal_effects(steps.of_order(ORDERS[model]), weights)
        return Learned(model, "removal effect", effects[0], draws[:, 0], effects[1:], draws[:, 1:])
    if model == "shapley":
        values, draws = set_linear(sets, "orders", n_channels, weights)
        paid = [set_linear(sets, f"reward_{number}", n_channels, weights) for number in range(n_currencies)]
        rewards = np.array([value for value, _ in paid]).reshape(n_currencies, n_channels)
        reward_draws = np.array([draw for _, draw in paid]).reshape(n_currencies, len(draws), n_channels)
        return Learned(model, "orders", values, draws, rewards, reward_draws.swapaxes(0, 1))
    values, draws = rate_values(sets, n_channels, weights)
    same = (n_currencies, n_channels)
    return Learned(
        model,
        "rate",
        values,
        draws,
        np.broadcast_to(values, same),
        np.broadcast_to(draws[:, None], (len(draws), *same)),
    )


def channel_values(
    learned: Learned,
    sets: Counted,
    channels: tuple[str, ...],
    currencies: tuple[str, ...],
    bootstrap: Bootstrap,
    weights: Floats | None,
) -> list[ChannelValue]:
    """Return one row per channel and currency: value, share, orders and revenue of the whole, each with its interval."""
    n_orders = _whole(sets, "orders", weights)
    share, conversions = shares(learned.values), shares(learned.values) * n_orders[0]
    low, high = bootstrap.interval(learned.values, learned.draws)
    least, most = bootstrap.interval(conversions, shares(learned.draws) * n_orders[1][:, None])
    rows = []
    for number, currency in enumerate(currencies):
        paid = _whole(sets, f"reward_{number}", weights)
        amount = shares(learned.rewards[number]) * paid[0]
        ends = bootstrap.interval(amount, shares(learned.reward_draws[:, number]) * paid[1][:, None])
        for place, channel in enumerate(channels):
            rows.append(
                ChannelValue(
                    learned.model, channel, currency, learned.kind,
                    _plain(learned.values[place]), _plain(low[place]), _plain(high[place]), _plain(share[place]),
                    _plain(conversions[place]), _plain(least[place]), _plain(most[place]),
                    _minor(amount[place]), _minor(ends[0][place]), _minor(ends[1][place]),
                )
            )  # fmt: skip
    return rows


def shares(values: Floats) -> Floats:
    """Return values over their sum, along the last axis; NaN where that is 0."""
    whole = values.sum(axis=-1, keepdims=True)
    parts: Floats = np.divide(values, whole, out=np.full(values.shape, np.nan), where=whole != 0)
    return parts


def _whole(sets: Counted, column: str, weights: Floats | None) -> tuple[float, Floats]:
    draws = np.zeros(0) if weights is None else sets.weighted(column, weights).sum(axis=1)
    return float(sets.total(column).sum()), draws


def _minor(amount: float) -> int | None:
    return round(amount) if np.isfinite(amount) else None


def _plain(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
