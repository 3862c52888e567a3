"""`livingroom measure design …`"""

import json
from pathlib import Path
from typing import Any, NoReturn

import click
import numpy as np
from rich.console import Console

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.horizon import Horizon
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel
from livingroom.measure.problems import InputError

BAD_INPUT = 2
KINDS = ("geo", "switchback", "single", "codes", "people")


@click.command(
    help="""Plan an experiment: who is left out when, and what it can show, from the brand's own history.

\b
livingroom measure design --history panel.csv --kind geo --days 60 --lift 0.03 --seed 7 --out design.json
livingroom measure design --history panel.csv --kind switchback --days 120 --block-days 20 --wash-out 10 --seed 7
livingroom measure design --history panel.csv --kind single --units "Twitter UK" --days 180 --horizon 3 --seed 7
livingroom measure design --kind codes --visitors-a-day 400 --mean 0.03 --days 60 --share 0.5 --seed 7
livingroom measure design --history people.csv --kind people --unit customer_id --days 30 --seed 7 --json

The history has a row per unit and day: unit, time, outcome; a column `treated` marks days with an offer, from which the
pull-forward horizon is read. For people it has a row per person: unit, outcome and, if known, pre and stratum.
The result is the assignment log that `livingroom measure lift --assignment design.json` reads.
Exit status 2: the input cannot be used, or no design is due; the reason says what would be."""
)
@click.option("--history", type=click.Path(path_type=Path), help="CSV or Parquet file of past outcomes.")
@click.option(
    "--kind", type=click.Choice(KINDS), required=True, help="Who is left out: regions, blocks, codes, people."
)
@click.option("--days", type=click.IntRange(min=1), required=True, help="Days of test.")
@click.option("--seed", type=int, required=True, help="Seed of the draw; keep it, it proves the log.")
@click.option("--units", help="Units that may be left out, between commas; all by default.")
@click.option("--pre-days", type=click.IntRange(min=7), help="Days before the test to adjust by.")
@click.option(
    "--block-days", type=click.IntRange(min=1), help="Days of a block, or of a period of a single branch."
)
@click.option(
    "--wash-out",
    type=click.IntRange(min=0),
    help="First days of a block to leave away; the horizon by default.",
)
@click.option("--horizon", type=click.IntRange(min=0), help="Days for which an offer pulls orders forward.")
@click.option("--share", type=float, default=0.5, show_default=True, help="Share that is treated.")
@click.option("--lift", type=float, default=0.05, show_default=True, help="The lift to be seen: 0.05 is 5 %.")
@click.option("--power", "wished", type=float, default=0.8, show_default=True, help="The chance to see it.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the interval.")
@click.option(
    "--method",
    type=click.Choice(["stratified", "paired", "plain"]),
    default="stratified",
    show_default=True,
    help="How regions are put together before the draw.",
)
@click.option(
    "--admitted", type=float, help="Draw among this share of the best balanced draws only, such as 0.1."
)
@click.option("--starts", type=click.DateTime(["%Y-%m-%d"]), help="First day of the test.")
@click.option("--visitors-a-day", type=float, help="For codes: visitors who ask for one.")
@click.option("--mean", type=float, help="For codes: orders, or revenue, per visitor so far.")
@click.option("--deviation", type=float, help="For codes: standard deviation of one visitor's revenue.")
@click.option("--unit", default="unit", show_default=True, help="Column of the unit or person.")
@click.option("--time", default="time", show_default=True, help="Column of the day.")
@click.option("--outcome", default="outcome", show_default=True, help="Column of the outcome.")
@click.option(
    "--treated",
    default="treated",
    show_default=True,
    help="Column that marks days with an offer, if there is one.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File for the assignment log (JSON).")
@click.option("--json", "as_json", is_flag=True, help="Print the log as JSON.")
def design(**given: Any) -> None:
    as_json, out = bool(given["as_json"]), given["out"]
    try:
        _check(given)
        planned, horizon = _planned(given)
    except (InputError, ValueError) as error:
        _refuse(str(error), as_json)
    if isinstance(planned, NotEnoughData):
        _refuse(f"{planned.reason[0].upper()}{planned.reason[1:].rstrip('.')}.", as_json)
    if given["starts"]:
        planned = planned.starting(given["starts"].date())
    text = json.dumps(planned.as_json(), indent=2)
    if out:
        out.write_text(text + "\n")
    if as_json:
        click.echo(text)
        return
    from livingroom.measure.design.screen import show_design

    show_design(Console(), planned, horizon)
    if out:
        click.echo(f"The assignment log is in {out}.")


def _check(given: dict[str, Any]) -> None:
    """Refuse what no design can use, before anything is read."""
    wrong = [
        f"--{name} is a share between 0 and 1; it is {given[key]}."
        for name, key in (("share", "share"), ("power", "wished"), ("level", "level"))
        if not 0 < given[key] < 1
    ]
    if given["lift"] <= -1 or given["lift"] == 0:
        wrong.append("--lift is a share such as 0.05; zero cannot be looked for.")
    if given["kind"] == "codes" and not (given["visitors_a_day"] and given["mean"]):
        wrong.append("For codes give --visitors-a-day and --mean.")
    if given["kind"] != "codes" and not given["history"]:
        wrong.append("Give --history: a promise stands on the brand's own past.")
    if given["kind"] == "switchback" and not given["block_days"]:
        wrong.append("For a switchback give --block-days.")
    if given["out"] and not given["out"].absolute().parent.is_dir():
        wrong.append(f"There is no folder {given['out'].absolute().parent}.")
    if wrong:
        raise InputError(wrong)


def _planned(given: dict[str, Any]) -> tuple[Design | NotEnoughData, Horizon | None]:
    if given["kind"] == "codes":
        return _codes(given), None
    if given["kind"] == "people":
        return _people(given), None
    history = _history(given)
    horizon = _horizon(given, history)
    wishes = {
        "lift": given["lift"],
        "wished": given["wished"],
        "level": given["level"],
        "seed": given["seed"],
    }
    units = tuple(name.strip() for name in given["units"].split(",")) if given["units"] else ()
    if given["kind"] == "geo":
        from livingroom.measure.design.geo import plan_geo

        return plan_geo(
            history, test_days=given["days"], pre_days=given["pre_days"], units=units, share=given["share"],
            method=given["method"], admitted=given["admitted"], horizon_days=horizon.days, **wishes,
        ), horizon  # fmt: skip
    if given["kind"] == "switchback":
        from livingroom.measure.design.switchback import plan_switchback

        wash_out = horizon.days if given["wash_out"] is None else given["wash_out"]
        return plan_switchback(
            history, test_days=given["days"], block_days=given["block_days"], wash_out_days=wash_out,
            horizon_days=horizon.days, units=units, share=given["share"], **wishes,
        ), horizon  # fmt: skip
    from livingroom.measure.design.single import plan_single_branch

    if len(units) > 1:
        raise InputError(["A single branch is one unit: give one name with --units."])
    return plan_single_branch(
        history, test_days=given["days"], period_days=given["block_days"] or 1, horizon_days=horizon.days,
        unit=units[0] if units else None, pre_days=given["pre_days"] or 28, **wishes,
    ), horizon  # fmt: skip


def _history(given: dict[str, Any]) -> Panel:
    from livingroom.measure.lift.assigned import as_days, is_daily
    from livingroom.measure.lift.reading_panels import read_panel
    from livingroom.measure.lift.tables import read_table

    table = read_table(given["history"])
    names = {name.strip().lower() for name in table.column_names}
    treated = given["treated"] if given["treated"].lower() in names else None
    panel = read_panel(
        table, unit=given["unit"], time=given["time"], outcome=given["outcome"], treated=treated
    )
    if as_days(panel.times) is not None and not is_daily(panel.times):
        raise InputError(
            [
                "The history has no row for some days. Give one row per unit and day, with 0 where nothing was sold."
            ]
        )
    return panel


def _horizon(given: dict[str, Any], history: Panel) -> Horizon:
    if given["horizon"] is not None:
        days = int(given["horizon"])
        return Horizon(days, days, 0.0, False, f"The pull-forward horizon is {days} days, as given.")
    from livingroom.measure.design.horizon import estimate_horizon

    return estimate_horizon(np.nan_to_num(history.outcome), history.treated)


def _codes(given: dict[str, Any]) -> Design | NotEnoughData:
    from livingroom.measure.design.codes import plan_codes

    return plan_codes(
        visitors_a_day=given["visitors_a_day"], mean=given["mean"], standard_deviation=given["deviation"],
        days=given["days"], share=given["share"], lift=given["lift"], wished=given["wished"], level=given["level"],
        seed=given["seed"],
    )  # fmt: skip


def _people(given: dict[str, Any]) -> Design | NotEnoughData:
    from livingroom.measure.design.people import plan_people
    from livingroom.measure.lift.cells import as_text, numbers
    from livingroom.measure.lift.tables import found_columns, read_table

    table = read_table(given["history"])
    names = {name.strip().lower() for name in table.column_names}
    wanted = {"unit": given["unit"], "outcome": given["outcome"]}
    wanted |= {name: name for name in ("pre", "stratum") if name in names}
    columns = found_columns(table, wanted)
    people = [str(name) for name in as_text(columns["unit"]).to_pylist()]
    before = np.nan_to_num(numbers(columns["pre"], "pre")) if "pre" in columns else None
    segments = (
        [str(name or "") for name in as_text(columns["stratum"]).to_pylist()]
        if "stratum" in columns
        else None
    )
    return plan_people(
        people, np.nan_to_num(numbers(columns["outcome"], given["outcome"])), before=before, segments=segments,
        share=given["share"], days=given["days"], lift=given["lift"], wished=given["wished"], level=given["level"],
        seed=given["seed"],
    )  # fmt: skip


def _refuse(text: str, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"refused": text}, indent=2))
    click.echo(text, err=True)
    raise SystemExit(BAD_INPUT)
