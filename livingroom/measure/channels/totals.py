"""Credit of every channel under every model, with intervals: the sums of the rows, from what was counted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from livingroom.measure.channels.bootstrap import N_BUCKETS, Bootstrap, Floats
from livingroom.measure.channels.dividing import Met, Orders, as_weights, divide, divide_draws, met_in
from livingroom.measure.channels.gathering import RULES, Gathering
from livingroom.measure.channels.learning import Learned, channel_values, learn
from livingroom.measure.channels.tally import Counted, Integers
from livingroom.measure.columns import UNATTRIBUTED
from livingroom.measure.summary import ChannelCredit, ChannelValue, CreditSummary


@dataclass(frozen=True)
class Totals:
    """Credit in all, the models' values, their weights by which rows are divided, and what a person should know."""

    summary: CreditSummary
    channels: tuple[ChannelValue, ...]
    weights: dict[str, Integers]
    notes: tuple[str, ...]


def add_up(gathered: Gathering, models: tuple[str, ...], bootstrap: Bootstrap, n_threads: int = 1) -> Totals:
    """Learn every model, as many at a time as there are threads, and add up credit by model, channel and currency."""
    rules, sets, steps, orders = gathered.finish()
    names, currencies = gathered.channels.names, gathered.currencies
    draws = bootstrap.weights() if bootstrap.n_replicates else None
    rows: list[ChannelCredit] = []
    values: list[ChannelValue] = []
    weights: dict[str, Integers] = {}
    notes: list[str] = []
    learning = [model for model in models if model not in RULES]
    met = [met_in(orders, number, len(names), draws) for number in range(len(currencies))] if learning else []
    with ThreadPoolExecutor(n_threads) as pool:
        # The longest first, so that the others fit in beside it.
        jobs = {
            model: pool.submit(learn, model, steps, sets, len(names), len(currencies), draws)
            for model in sorted(learning, reverse=True)
        }
        found = {model: job.result() for model, job in jobs.items()}
    bare = _unattributed(orders, currencies, bootstrap, draws)
    for model in models:
        if model in RULES:
            rows += _rule_rows(model, rules, names, currencies, bootstrap, draws)
        else:
            learned = found[model]
            weights[model] = as_weights(learned.values)
            values += channel_values(learned, sets, names, currencies, bootstrap, draws)
            rows += _learned_rows(learned, weights[model], met, names, currencies, bootstrap)
            notes += _negative(learned, names)
        rows += [ChannelCredit(model, UNATTRIBUTED, *rest) for rest in bare]
    ordered = sorted(rows, key=lambda row: (row.model, row.channel, row.currency))
    return Totals(CreditSummary(tuple(ordered)), tuple(values), weights, tuple(notes))


Amounts = tuple[str, float, int, int | None, int | None]


def _unattributed(
    orders: Orders, currencies: tuple[str, ...], bootstrap: Bootstrap, draws: Floats | None
) -> list[Amounts]:
    """Orders that met no channel: the same under every model."""
    found: list[Amounts] = []
    for number, currency in enumerate(currencies):
        mine = (orders.members == 0) & (orders.currency == number)
        if not mine.any():
            continue
        revenue = orders.revenue_minor[mine]
        by_bucket = np.bincount(orders.bucket[mine], revenue, N_BUCKETS)
        replicates = np.zeros((0, 1)) if draws is None else (draws @ by_bucket)[:, None]
        (ends,) = _ends(bootstrap, np.array([float(revenue.sum())]), replicates)
        found.append((currency, float(len(revenue)), int(revenue.sum()), *ends))
    return found


def _rule_rows(
    model: str,
    rules: Counted,
    names: tuple[str, ...],
    currencies: tuple[str, ...],
    bootstrap: Bootstrap,
    draws: Floats | None,
) -> list[ChannelCredit]:
    shares, amounts = rules.total(f"{model}_shares"), rules.total(f"{model}_minor")
    replicates = np.zeros((0, len(amounts))) if draws is None else rules.weighted(f"{model}_minor", draws)
    ends = _ends(bootstrap, amounts, replicates)
    rows = []
    for cell, share, amount, end in zip(rules.cells, shares, amounts, ends, strict=True):
        currency, place = divmod(int(cell), len(names) + 1)
        rows.append(
            ChannelCredit(model, names[place - 1], currencies[currency], float(share), round(amount), *end)
        )
    return rows


def _learned_rows(
    learned: Learned,
    weights: Integers,
    met: list[Met],
    names: tuple[str, ...],
    currencies: tuple[str, ...],
    bootstrap: Bootstrap,
) -> list[ChannelCredit]:
    rows = []
    for mine, currency in zip(met, currencies, strict=True):
        shares, amounts = divide(mine, weights)
        ends = _ends(bootstrap, amounts.astype(np.float64), divide_draws(mine, learned.draws))
        rows += [
            ChannelCredit(
                learned.model, name, currency, float(shares[place]), int(amounts[place]), *ends[place]
            )
            for place, name in enumerate(names)
            if mine.inside[:, place].any()
        ]
    return rows


def _ends(bootstrap: Bootstrap, amounts: Floats, replicates: Floats) -> list[tuple[int | None, int | None]]:
    low, high = bootstrap.interval(amounts, replicates)
    return [
        (None, None) if np.isnan(least) else (int(np.floor(least)), int(np.ceil(most)))
        for least, most in zip(low, high, strict=True)
    ]


def _negative(learned: Learned, names: tuple[str, ...]) -> list[str]:
    below = [f"{name} ({value:.4g})" for name, value in zip(names, learned.values, strict=True) if value < 0]
    if not below:
        return []
    one = "value" if len(below) == 1 else "values"
    return [f"{learned.model}: {one} below zero, taken as zero where orders are divided: {', '.join(below)}"]
