"""Two tables of docs/networks.md: what each network takes to connect, in its connector's own words, and what was proven
against what, made from the suites themselves.

    python -m tests.networks.table                          print it
    python -m tests.networks.table --write docs/networks.md put it into the page

A suite is a class that keeps Conformance, in a file test_*_keeps_the_interface.py here or in tests_peers. A cell says
that the promises behind its column run for this network; else it says, as a sentence, why the network cannot have it.
"""

import importlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/networks.md"
HOW = "made by `python -m tests.networks.table --write docs/networks.md`"


@dataclass(frozen=True)
class Row:
    title: str
    against: str
    road: str
    command: str
    cells: tuple[str, ...]
    """Per case: empty where it is proven, else why it need not be."""


def suites() -> list[type]:
    """Every class that keeps Conformance, by network and peer."""
    from tests.networks.conformance import Conformance

    found: dict[str, type] = {}
    for folder in ("tests/networks", "tests_peers"):
        for file in sorted((ROOT / folder).glob("test_*_keeps_the_interface.py")):
            module = importlib.import_module(f"{folder.replace('/', '.')}.{file.stem}")
            for suite in vars(module).values():
                if inspect.isclass(suite) and issubclass(suite, Conformance) and suite is not Conformance:
                    found[f"{suite.proof.network} {suite.__module__} {suite.__name__}"] = suite
    return [found[name] for name in sorted(found)]


def rows() -> Iterator[Row]:
    from livingroom.networks.registry import NETWORKS, find_network
    from tests.networks.proofs import Case

    order = list(NETWORKS)
    for suite in sorted(suites(), key=lambda suite: order.index(suite.proof.network)):
        proof = suite.proof
        yield Row(
            find_network(proof.network).title,
            proof.against,
            proof.road,
            proof.command,
            tuple(reason_for(suite, case) for case in Case),
        )


def reason_for(suite: type, case: object) -> str:
    """Why no promise of this suite proves the case; empty when one does."""
    from tests.networks.proofs import excuse

    reasons = [
        excuse(suite, test)
        for _, test in inspect.getmembers(suite, inspect.isfunction)
        if case in getattr(test, "proves", ())
    ]
    return "" if not all(reasons) else reasons[0] if reasons else "Nobody proves it."


def table() -> str:
    """The table and its sentences as Markdown."""
    from tests.networks.proofs import Case

    found = list(rows())
    heads = " | ".join(f"{row.title} [{n}]" for n, row in enumerate(found, 1))
    lines = [f"| failure | {heads} |"]
    lines.append("| --- |" + " --- |" * len(found))
    notes: dict[str, int] = {}
    for number, case in enumerate(Case):
        cells = [_cell(row.cells[number], notes) for row in found]
        lines.append(f"| {case.value} | " + " | ".join(cells) + " |")
    against = [
        f"{n}. {row.title}: {row.against}; {row.road} (`{row.command}`)." for n, row in enumerate(found, 1)
    ]
    reasons = [f"- {_letter(place)}: {reason}" for reason, place in notes.items()]
    return "\n".join(
        [*lines, "", "Proven against:", "", *against, "", "Not proven, because it cannot be:", "", *reasons]
    )


def networks_table() -> str:
    """What each network takes, as its guided page says it."""
    from livingroom.networks.guides import guide_of
    from livingroom.networks.registry import NETWORKS, find_network

    lines = [
        "| network | typed in Livingroom | minutes | to connect | a post |",
        "| --- | --- | --- | --- | --- |",
    ]
    for connector in map(find_network, NETWORKS):
        guide = guide_of(connector)
        fields = [
            field.label for field in (*connector.app_fields, *connector.connect_fields) if field.required
        ]
        typed = ", ".join(fields) or "nothing"
        post = f"{guide.limit}. {guide.post_price}" if guide.limit else guide.post_price
        lines.append(f"| {guide.title} | {typed} | {guide.minutes} | {guide.price} {guide.review} | {post} |")
    return "\n".join(lines)


def page_with_tables(page: str) -> str:
    """The page with the present tables between their marks."""
    for name, made in (("networks", networks_table()), ("proofs", table())):
        begin, end = f"<!-- {name}: {HOW} -->", f"<!-- end of {name} -->"
        before, rest = page.split(begin)
        _, after = rest.split(end)
        page = f"{before}{begin}\n{made}\n{end}{after}"
    return page


def _cell(reason: str, notes: dict[str, int]) -> str:
    if not reason:
        return "yes"
    return f"no: {_letter(notes.setdefault(reason, len(notes)))}"


def _letter(place: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[place] if place < len(letters) else letters[place // 26 - 1] + letters[place % 26]


def main(arguments: list[str]) -> None:
    if not settings.configured:
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")
    django.setup()
    if arguments[:1] == ["--write"]:
        path = Path(arguments[1])
        path.write_text(page_with_tables(path.read_text()))
    else:
        print(networks_table(), table(), sep="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
