"""Credit as people read it on a terminal, and as scripts read it."""

from rich.console import Console
from rich.table import Table

from livingroom.measure.channels.markov import ORDERS
from livingroom.measure.credit import Credit, CreditTotals
from livingroom.measure.currencies import to_text
from livingroom.measure.screen import report_as_json
from livingroom.measure.summary import ChannelCredit, ChannelValue, CreditSummary
from livingroom.measure.terminal import print_whole


def show_credit(console: Console, credit: CreditTotals, models: tuple[str, ...]) -> None:
    """Print one table per currency, a line per channel and a column per model; then what each learned model saw."""
    for currency in credit.summary.currencies:
        table = Table("channel", title=f"Credit of net revenue in {currency}{_interval(credit)}")
        for model in models:
            table.add_column(model, justify="right")
        rows = {(row.model, row.channel): row for row in credit.summary.rows if row.currency == currency}
        for channel in _by_size(credit.summary, currency):
            table.add_row(channel, *(_amount(rows.get((model, channel)), currency) for model in models))
        table.add_section()
        sums = [sum(credit.summary.amounts_minor(model, currency).values()) for model in models]
        table.add_row("all", *(to_text(amount, currency) for amount in sums))
        print_whole(console, table)
    for model in dict.fromkeys(value.model for value in credit.channels):
        _show_channels(console, credit, model)
    for note in credit.notes:
        console.print(f"[yellow]Noted[/] {note}.", highlight=False, soft_wrap=True)


def _interval(credit: CreditTotals) -> str:
    drawn = credit.bootstrap
    return f" with its {drawn.level:.0%} interval" if drawn.n_replicates else ""


def _amount(row: ChannelCredit | None, currency: str) -> str:
    if row is None:
        return to_text(0, currency)
    text = to_text(row.amount_minor, currency)
    return (
        text
        if row.low_minor is None
        else f"{text}\n[dim]{_range(row.low_minor, row.high_minor, currency)}[/]"
    )


def _range(low_minor: int | None, high_minor: int | None, currency: str) -> str:
    if low_minor is None or high_minor is None:
        return ""
    return f"{to_text(low_minor, currency)} – {to_text(high_minor, currency)}"


def _show_channels(console: Console, credit: CreditTotals, model: str) -> None:
    """Print what one model says about the whole, before any order is divided."""
    values = [value for value in credit.channels if value.model == model]
    currencies = list(dict.fromkeys(value.currency for value in values))
    kind = values[0].kind
    title = f"{model}: {kind} of each channel, and what the whole would give it"
    if model in ORDERS:
        steps = "with" if credit.self_transitions else "without"
        title += f" (steps from a channel to itself: {steps})"
    table = Table("channel", title=title)
    for name in (kind, "share", "orders", *currencies):
        table.add_column(name, justify="right")
    for value in (value for value in values if value.currency == currencies[0]):
        mine = {other.currency: other for other in values if other.channel == value.channel}
        amounts = (_whole_amount(mine[currency]) for currency in currencies)
        table.add_row(
            value.channel,
            _value(value),
            _text(value.share, ".1%"),
            _text(value.conversions, ",.1f"),
            *amounts,
        )
    print_whole(console, table)


def _text(number: float | None, style: str) -> str:
    return "–" if number is None else f"{number:{style}}"


def _value(value: ChannelValue) -> str:
    style = ",.1f" if value.kind == "orders" else ".4f"
    text = _text(value.value, style)
    return (
        text
        if value.low is None
        else f"{text}\n[dim]{_text(value.low, style)} – {_text(value.high, style)}[/]"
    )


def _whole_amount(value: ChannelValue) -> str:
    if value.amount_minor is None:
        return "–"
    ends = _range(value.amount_low_minor, value.amount_high_minor, value.currency)
    return to_text(value.amount_minor, value.currency) + (f"\n[dim]{ends}[/]" if ends else "")


def _by_size(summary: CreditSummary, currency: str) -> list[str]:
    """Channels, the largest first; what no touch explains comes last."""
    sizes: dict[str, int] = {}
    for row in summary.rows:
        if row.currency == currency:
            sizes[row.channel] = sizes.get(row.channel, 0) + row.amount_minor
    return sorted(sizes, key=lambda channel: (channel == "unattributed", -sizes[channel], channel))


def credit_as_json(credit: CreditTotals, out: str | None) -> dict[str, object]:
    """Return what `--json` prints after dividing."""
    drawn = credit.bootstrap
    level = drawn.level if drawn.n_replicates else None
    return {
        "out": out,
        "n_rows": credit.n_rows if isinstance(credit, Credit) else None,
        "n_orders": credit.n_orders,
        "n_null_journeys": credit.n_null_journeys,
        "self_transitions": credit.self_transitions,
        "bootstrap": {"replicates": drawn.n_replicates, "seed": drawn.seed},
        "credit": [
            {
                "model": row.model,
                "channel": row.channel,
                "currency": row.currency,
                "shares": row.shares,
                "amount_minor": row.amount_minor,
                "low_minor": row.low_minor,
                "high_minor": row.high_minor,
                "level": level,
            }
            for row in credit.summary.rows
        ],
        "channels": [_channel_as_json(value, level) for value in credit.channels],
        "notes": list(credit.notes),
        "input": report_as_json(credit.report),
    }


def _channel_as_json(value: ChannelValue, level: float | None) -> dict[str, object]:
    name = "removal_effect" if value.model in ORDERS else "value"
    return {
        "model": value.model,
        "channel": value.channel,
        name: value.value,
        f"{name}_low": value.low,
        f"{name}_high": value.high,
        "share": value.share,
        "conversions": value.conversions,
        "conversions_low": value.conversions_low,
        "conversions_high": value.conversions_high,
        "currency": value.currency,
        "amount_minor": value.amount_minor,
        "low_minor": value.amount_low_minor,
        "high_minor": value.amount_high_minor,
        "level": level,
    }
