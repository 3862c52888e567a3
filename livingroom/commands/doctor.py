"""`livingroom doctor`: check every part, say what is wrong and how to mend it."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

import click
import httpx
from rich.console import Console

from livingroom.config.environment import Environment, EnvironmentProblem, read_environment


@dataclass(frozen=True)
class Finding:
    part: str
    well: bool
    text: str
    mend: str = ""


Check = Callable[[Environment], Iterator[Finding]]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings for a script.")
def doctor(as_json: bool) -> None:
    """Check every part. The exit status is 0 when all is well, 1 when something needs mending.

    \b
    livingroom doctor
    livingroom doctor --json | jq '.[] | select(.well | not)'
    """
    findings = examine()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _print(findings)
    sys.exit(0 if all(finding.well for finding in findings) else 1)


def examine() -> list[Finding]:
    """Run every check; one that breaks is a finding itself and stops no other."""
    try:
        environment = read_environment()
    except EnvironmentProblem as problem:
        return [Finding("settings", False, str(problem), "Correct the variable and start again.")]
    findings = [Finding("settings", True, f"The data folder is {environment.home.absolute()}.")]
    for check in (
        _folder,
        _records,
        _lake,
        _web,
        _redirector,
        _worker,
        _clicks,
        _posts,
        _till,
        _rates,
        _branches,
    ):
        try:
            findings.extend(check(environment))
        except Exception as error:
            findings.append(
                Finding(check.__name__.strip("_"), False, f"The check itself failed: {error}", _LOOK)
            )
    return findings


_LOOK = "Read the messages in the terminal of `livingroom up`."


def _folder(environment: Environment) -> Iterator[Finding]:
    free = shutil.disk_usage(environment.home.absolute()).free / 1e9
    if free < 1:
        yield Finding(
            "folder",
            False,
            f"Only {free:.1f} GB are free.",
            "Free some space; clicks are not kept on a full disk.",
        )
    else:
        yield Finding("folder", True, f"{free:.0f} GB are free.")


def _records(environment: Environment) -> Iterator[Finding]:
    from livingroom.config.django import start_django

    start_django()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except Exception as error:
        yield Finding(
            "records", False, f"The database does not answer: {error}", "Start it, or correct DATABASE_URL."
        )
        return
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            "records", False, f"{len(waiting)} changes of the tables wait.", "Run `livingroom up` once."
        )
    else:
        yield Finding("records", True, f"{connection.vendor} answers and its tables are of this version.")


def _lake(environment: Environment) -> Iterator[Finding]:
    from livingroom.lake import Lake

    n = Lake(environment.resolved_lake_url).rows("SELECT count(*) FROM clicks")[0][0]
    yield Finding("lake", True, f"{n:,} clicks can be read.")


def _web(environment: Environment) -> Iterator[Finding]:
    yield _answers("web", f"{environment.public_url}/health")


def _redirector(environment: Environment) -> Iterator[Finding]:
    yield _answers("redirector", f"{environment.short_url}/-/health")


def _answers(part: str, url: str) -> Finding:
    try:
        answer = httpx.get(url, timeout=3)
    except httpx.HTTPError as error:
        return Finding(part, False, f"Nothing answers at {url} ({error}).", "Start it with `livingroom up`.")
    if answer.status_code != 200:
        return Finding(part, False, f"{url} answers {answer.status_code}.", _LOOK)
    return Finding(part, True, f"{url} answers.")


def _worker(environment: Environment) -> Iterator[Finding]:
    from django.utils import timezone

    from livingroom.shared.models import Lease

    lease = Lease.objects.filter(name="ticker").first()
    if lease and lease.until > timezone.now():
        yield Finding("worker", True, f"{lease.holder} keeps the time.")
    else:
        yield Finding(
            "worker", False, "No worker runs: nothing is posted or counted.", "Start it with `livingroom up`."
        )


def _clicks(environment: Environment) -> Iterator[Finding]:
    from livingroom.links.models import ClickSegment

    broken = ClickSegment.objects.exclude(problem="").count()
    if broken:
        yield Finding(
            "clicks",
            False,
            f"{broken} segments of clicks could not be read whole.",
            "See docs/links.md, broken segments.",
        )
    else:
        yield Finding("clicks", True, f"{ClickSegment.objects.count():,} segments reached the lake.")


def _posts(environment: Environment) -> Iterator[Finding]:
    from django.utils import timezone

    from livingroom.posts.models import Placement

    late = Placement.objects.late_at(timezone.now()).count()
    if late:
        mend = f"Open {environment.public_url}/posts/?state=scheduled: each says why."
        yield Finding("posts", False, f"{late} posts are more than five minutes late.", mend)
    else:
        yield Finding("posts", True, "No post is late.")


def _till(environment: Environment) -> Iterator[Finding]:
    from livingroom.orders.models import Intake

    dead = Intake.objects.filter(state=Intake.State.DEAD).count()
    if dead:
        yield Finding(
            "till", False, f"{dead} orders need a person.", f"Open {environment.public_url}/orders/dead/."
        )
    else:
        yield Finding("till", True, "Every order that came was understood.")


def _rates(environment: Environment) -> Iterator[Finding]:
    from django.utils import timezone

    from livingroom.orders.models import Shop
    from livingroom.orders.rates import OLDEST_DAYS, newest_day
    from livingroom.shared.models import Brand

    brand, day = Brand.current(), newest_day()
    if not Shop.objects.exclude(currency=brand.reporting_currency).exists():
        yield Finding("rates", True, f"Exchange rates up to {day}; no shop sells in another currency.")
    elif day < timezone.now().date() - timedelta(days=OLDEST_DAYS):
        yield Finding(
            "rates",
            False,
            f"The newest exchange rates are of {day}.",
            "Run `livingroom rates`; where the Bank is out of reach, bring its file with --file.",
        )
    else:
        yield Finding("rates", True, f"Exchange rates up to {day}.")


def _branches(environment: Environment) -> Iterator[Finding]:
    from livingroom.networks.models import Connection

    broken = Connection.objects.exclude(state=Connection.State.CONNECTED)
    for connection in broken:
        yield Finding(
            "branches",
            False,
            f"{connection}: {connection.problem or connection.get_state_display()}",
            "Connect it again on its branch's page.",
        )
    if not broken:
        yield Finding("branches", True, f"{Connection.objects.count()} accounts are connected.")


def _print(findings: list[Finding]) -> None:
    console = Console()
    for finding in findings:
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        console.print(f"{mark} [bold]{finding.part:<11}[/] {finding.text}", highlight=False)
        if finding.mend:
            console.print(f"  {'':<11} → {finding.mend}", style="yellow", highlight=False)
