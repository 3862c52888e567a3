"""Names of countries (ISO 3166-1 alpha-2), regions (UN M49) and languages, for pages and forms."""

import csv
from functools import cache
from pathlib import Path

from django.utils.translation import get_language_info


@cache
def countries() -> dict[str, str]:
    """Every country's code and English short name, in the order of names."""
    lines = (Path(__file__).parent / "countries.csv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [line.split(",", 1) for line in lines]
    pairs.sort(key=lambda pair: pair[1])
    return {code: name for code, name in pairs}  # noqa: C416  # dict() of lists has no type


def country_name(code: str) -> str:
    return countries().get(code.upper(), code)


@cache
def regions() -> dict[str, str]:
    """The region of every country by its code."""
    with (Path(__file__).parent / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {code: row["region"] for row in csv.DictReader(file) for code in row["codes"].split()}


def region_name(code: str) -> str:
    return regions().get(code.upper(), code)


def language_name(code: str) -> str:
    try:
        return str(get_language_info(code.lower())["name"])
    except KeyError:
        return code
