"""The Credit page's picture: every channel under every rule and model, with its interval."""

from livingroom.dashboards.chart_kinds import dots
from livingroom.dashboards.credit import MODELS, ChannelRow
from livingroom.shared.charts import Chart, Column


def credit_chart(rows: list[ChannelRow], currency: str, level: float) -> Chart:
    points = [
        {
            "channel": row.name,
            "model": MODELS[model][0],
            "kind": MODELS[model][1],
            "amount": cell.amount,
            "low": cell.low,
            "high": cell.high,
        }
        for row in rows
        for model, cell in ((model, row.cells.get(model)) for model in MODELS)
        if cell
    ]
    return dots(
        "Credit by channel, rule and model",
        points,
        band=Column("channel", "Channel"),
        series=Column("model", "Model"),
        group=Column("kind", "Kind"),
        value=Column("amount", "Net revenue", "money", currency),
        low=Column("low", "Low", "money", currency),
        high=Column("high", "High", "money", currency),
        note=f"Dots close together: the rules agree. Lines are {level:.0%} intervals over people drawn anew.",
        when_empty="The picture appears once orders with touches have been measured.",
        name="credit",
    )
