"""Results as people read them on a terminal, and as scripts read them."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from livingroom.measure.columns import COLUMNS
from livingroom.measure.currencies import to_text
from livingroom.measure.problems import InputReport, Problem
from livingroom.measure.summary import CEILING, FLOOR, GRADES
from livingroom.measure.terminal import print_whole

if TYPE_CHECKING:
    from livingroom.measure.evidence import Evidence

MEANINGS = {
    "A": "single-use code, or code and click",
    "B": "code, and another touch of the branch",
    "C": "click, no code",
    "D": "code with no touch: leak suspect",
    "E": "the buyer's own answer",
    "none": "nothing",
}


def show_report(console: Console, report: InputReport) -> None:
    """Print what was found in the input."""
    for table in (report.touches, report.orders):
        left_out = f", {table.n_not_human:,} not made by people" if table.n_not_human else ""
        console.print(
            f"{table.table}: {table.n_rows:,} rows, {table.n_rejected:,} rejected{left_out}", highlight=False
        )
    for problem in report.rejected:
        console.print(f"[red]Rejected[/] {_escaped(problem)}", highlight=False, soft_wrap=True)
    for problem in report.noted:
        console.print(f"[yellow]Noted[/] {_escaped(problem)}", highlight=False, soft_wrap=True)
    if report.rejected_file:
        console.print(
            f"The rejected rows are in {report.rejected_file}.", highlight=False, markup=False, soft_wrap=True
        )


def _escaped(problem: Problem) -> str:
    return str(problem).replace("[", r"\[")


def show_evidence(console: Console, evidence: "Evidence") -> None:
    """Print one table per currency: grades, floor and ceiling."""
    summary = evidence.summary
    for currency in summary.currencies:
        table = Table(
            "grade", "what was seen", title=f"Evidence, net revenue in {currency} ({evidence.rule_version})"
        )
        table.add_column("orders", justify="right")
        table.add_column(currency, justify="right")
        for grade in GRADES:
            n_orders, amount = summary.n_orders(currency, (grade,)), summary.revenue_minor(currency, (grade,))
            table.add_row(grade, MEANINGS[grade], f"{n_orders:,}", to_text(amount, currency))
        table.add_section()
        for name, about, grades in (("floor", "A + B", FLOOR), ("ceiling", "A to E", CEILING)):
            amount = summary.revenue_minor(currency, grades)
            table.add_row(name, about, f"{summary.n_orders(currency, grades):,}", to_text(amount, currency))
        print_whole(console, table)


def evidence_as_json(evidence: "Evidence", out: str | None) -> dict[str, object]:
    """Return what `--json` prints after grading."""
    summary = evidence.summary
    return {
        "out": out,
        "n_orders": evidence.n_rows,
        "rule_version": evidence.rule_version,
        "currencies": {
            currency: {
                "floor_minor": summary.floor_minor(currency),
                "ceiling_minor": summary.ceiling_minor(currency),
                "grades": {
                    grade: {
                        "n_orders": summary.n_orders(currency, (grade,)),
                        "revenue_minor": summary.revenue_minor(currency, (grade,)),
                    }
                    for grade in GRADES
                },
            }
            for currency in summary.currencies
        },
        "input": report_as_json(evidence.report),
    }


def report_as_json(report: InputReport) -> dict[str, object]:
    """Return what was found in the input."""
    tables: dict[str, object] = {
        table.table: {
            "n_rows": table.n_rows,
            "n_rejected": table.n_rejected,
            "n_not_human": table.n_not_human,
            "rejected": [_problem_as_json(problem) for problem in table.rejected],
            "noted": [_problem_as_json(problem) for problem in table.noted],
        }
        for table in (report.touches, report.orders)
    }
    return tables | {"rejected_file": report.rejected_file}


def _problem_as_json(problem: Problem) -> dict[str, object]:
    return {"problem": problem.sentence, "n_rows": problem.n_rows, "examples": list(problem.examples)}


def column_help() -> str:
    """Return the documentation of both input tables for the help text."""
    lines = []
    for table, columns in COLUMNS.items():
        lines += ["\b", f"{table}:"]
        for column in columns:
            must = "*" if column.is_required else " "
            lines.append(f" {must} {column.name:<14} {column.about}")
        lines.append("")
    return "\n".join(lines)
