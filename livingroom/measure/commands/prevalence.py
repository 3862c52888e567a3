"""`livingroom measure prevalence …`"""

import json
from pathlib import Path
from typing import Any

import click

from livingroom.measure.commands.options import refuse
from livingroom.measure.estimate import Estimate, NotEnoughData, answer_as_json
from livingroom.measure.prevalence.change import Change, compare
from livingroom.measure.prevalence.reading import read_audit, read_scored
from livingroom.measure.prevalence.share import Prevalence, prevalence
from livingroom.measure.problems import InputError, Problem


@click.command(
    "prevalence",
    help="""The share of negatives (or of any class), corrected by an audit, with its interval.

\b
livingroom measure prevalence --in scored.csv --audit audited.csv
livingroom measure prevalence --in june.csv --audit audited.csv --before may.csv --before-audit audited.csv
livingroom measure prevalence --in scored.csv --audit audited.csv --positive negative --random-part --json

\b
scored.csv     score: the classifier's probability, 0 to 1; id (optional)
audited.csv    label: yes or no (or the names in --positive); score, or the id of a scored row

A classifier's own count is off by ten points on real tweets. Corrected by 200 messages that people have read it is off by half of
that, and the interval says so. With --before: risen, fallen, or can't tell; no arrow stands inside the noise. Give --random-part
when the audit was drawn at random from these very messages: its own share, helped by the scores, is then the sharper estimate.
docs/methods/prevalence.md explains. Exit status 2: a file cannot be used.""",
)
@click.option(
    "--in", "source", required=True, type=click.Path(path_type=Path), help="CSV file of scored messages."
)
@click.option(
    "--audit",
    required=True,
    type=click.Path(path_type=Path),
    help="CSV file of messages that people have read.",
)
@click.option(
    "--before", type=click.Path(path_type=Path), help="Scored messages of an earlier time, to compare with."
)
@click.option("--before-audit", type=click.Path(path_type=Path), help="Their audit; by default the same.")
@click.option("--score", "column", default="score", show_default=True, help="Name of the column of scores.")
@click.option("--positive", default="", help="The label of the class. By default yes, 1 or true.")
@click.option("--random-part", is_flag=True, help="The audit was drawn at random from the scored messages.")
@click.option("--seed", default=0, show_default=True, help="Of the draws behind the interval.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def prevalence_command(as_json: bool, **said: Any) -> None:
    try:
        now, problems = _share(said["source"], said["audit"], said)
        change = None
        if said["before"]:
            earlier, more = _share(said["before"], said["before_audit"] or said["audit"], said)
            problems, change = [*problems, *more], compare(earlier.best, now.best)
    except InputError as error:
        refuse(str(error), as_json, error)
    if as_json:
        click.echo(json.dumps(_as_json(now, change, problems), indent=2))
        return
    for problem in problems:
        click.echo(f"Rejected {problem}", err=True)
    for line in _lines(now, change):
        click.echo(line)


def _share(source: Path, audited: Path, said: dict[str, Any]) -> tuple[Prevalence, list[Problem]]:
    scored = read_scored(source, said["column"])
    audit, problems = read_audit(audited, scored, said["positive"], said["column"], said["random_part"])
    return prevalence(scored.scores, audit, seed=said["seed"]), [*scored.rejected, *problems]


def _as_json(found: Prevalence, change: Change | None, problems: list[Problem]) -> dict[str, object]:
    answer: dict[str, object] = {
        "share": answer_as_json(found.best),
        "corrected": answer_as_json(found.corrected),
        "assisted": answer_as_json(found.assisted),
        "counted": found.counted,
        "n": found.n,
        "n_audited": found.n_audited,
        "rejected": [
            {"table": p.table, "problem": p.sentence, "n_rows": p.n_rows, "examples": list(p.examples)}
            for p in problems
        ],
    }
    if change is not None:
        answer["change"] = {"direction": change.direction, "difference": answer_as_json(change.difference)}
    return answer


def _lines(found: Prevalence, change: Change | None) -> list[str]:
    lines = [
        f"Share: {_words(found.best)}",
        f"The classifier alone counts {found.counted:.1%} of {found.n:,} messages; people have read {found.n_audited:,}.",
    ]
    if change is not None:
        lines.append(f"Since the time before: {change.direction}, {_words(change.difference)}")
    return lines


def _words(answer: Estimate | NotEnoughData) -> str:
    if isinstance(answer, NotEnoughData):
        return str(answer)
    return (
        f"{answer.value:.1%} [{answer.low:.1%} to {answer.high:.1%}] at {answer.level:.0%} ({answer.method})"
    )
