from collections.abc import Sequence

from livingroom.branches.models import ReachDay
from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column

ON = Column("on", "Day", "day")
FOLLOWERS = Column("followers", "Followers", "number")


def reach_chart(days: Sequence[ReachDay]) -> Chart:
    rows = [{"on": day.on, "followers": day.followers} for day in days]
    return over_time(
        "Followers",
        rows,
        at=ON,
        value=FOLLOWERS,
        mark="area",
        height=220,
        name="reach",
        when_empty="The first check of the connection, or an import, brings the first figure.",
    )


BRANCH = Column("branch", "Branch")


def growth_chart(rows: Sequence[dict[str, object]]) -> Chart:
    return over_time(
        "Followers of each branch",
        rows,
        at=ON,
        value=FOLLOWERS,
        series=BRANCH,
        mark="line",
        name="growth",
        note="Lines stand beside each other and are not added up: one person may follow several branches.",
        when_empty="The daily count, or an import, brings the first figures.",
    )
