"""The thirty-five accounts, read from two small tables beside this file. Twelve of them sell.

`accounts.csv` has one row an account; `shoppers.csv` says how many followers are looking for a computer, a week,
at dates between which the line is straight. The second is what the shape of the revenue is tuned by.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from importlib.resources import files

from livingroom.world.brand import BranchFacts, Host

# A post of the first account is now and then shown on the second too, with its own link and code.
SHARED_WITH: tuple[tuple[str, str, float], ...] = (
    ("outlet_us", "home_us", 0.12),
    ("home_us", "smallbiz_us", 0.06),
    ("outlet_uk", "outlet_ie", 0.3),
    ("news", "page", 0.3),
    ("blog", "news", 0.35),
    ("blog", "page", 0.2),
    ("home_br", "pagina_br", 0.25),
    ("games", "page", 0.1),
    ("channel", "page", 0.3),
    ("servers", "cloud", 0.2),
)


def read_table(name: str) -> list[dict[str, str]]:
    text = files("livingroom.world").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def read_hosts(cell: str) -> tuple[Host, ...]:
    """Read `Name (XY); Name (ZW)`."""
    return tuple(Host(name, initials) for name, initials in re.findall(r"([^;()]+) \((\w+)\)(?:; )?", cell))


def read_shoppers() -> dict[str, tuple[tuple[date, float], ...]]:
    points: dict[str, tuple[tuple[date, float], ...]] = {}
    for row in read_table("shoppers.csv"):
        point = (date.fromisoformat(row["on"]), float(row["weekly_shoppers"]))
        points[row["key"]] = (*points.get(row["key"], ()), point)
    return points


def read_branches() -> tuple[BranchFacts, ...]:
    """Read every account, in the order of their opening."""
    shoppers = read_shoppers()
    branches = [
        BranchFacts(
            key=row["key"],
            name=row["name"],
            handle=row["handle"],
            venue=row["venue"],
            division=row["division"],
            country=row["country"],
            language=row["language"],
            purpose=row["purpose"],
            opened_on=date.fromisoformat(row["opened_on"]),
            hosts=read_hosts(row["hosts"]),
            interests=tuple(row["interests"].split("; ")),
            followers_at_end=int(row["followers_at_end"]),
            weekly_posts=(float(row["weekly_posts_first"]), float(row["weekly_posts_last"])),
            staff_hours_a_week=float(row["staff_hours_a_week"]),
            weekly_shoppers=shoppers.get(row["key"], ()),
        )
        for row in read_table("accounts.csv")
    ]
    return tuple(sorted(branches, key=lambda branch: branch.opened_on))


BRANCHES: tuple[BranchFacts, ...] = read_branches()
BRANCH_INDEX: dict[str, int] = {branch.key: index for index, branch in enumerate(BRANCHES)}
