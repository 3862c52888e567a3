"""`livingroom customers …` and `livingroom retention`."""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livingroom.config.django import start_django

if TYPE_CHECKING:
    from livingroom.people.models import Customer

COMMAND_LINE = "the command line"


@click.group()
def customers() -> None:
    """Bring customers in from a file, give somebody all we know of them, erase somebody everywhere.

    \b
    livingroom customers import customers_export.csv --shop outlet --shopify --purpose newsletter
    livingroom customers export --mail lee@example.com --out lee.zip
    livingroom customers erase --mail lee@example.com --yes
    livingroom customers link
    """


@customers.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--shop", default="", help="The shop whose customer numbers these are, by its name in its address."
)
@click.option(
    "--shopify", "layout", flag_value="shopify", default=True, help="Shopify's export (the default)."
)
@click.option("--woocommerce", "layout", flag_value="woocommerce", help="WooCommerce's export.")
@click.option("--mapping", help="The column mapping saved under this name.")
@click.option("--purpose", default="", help="What a yes in the file is a yes to, such as newsletter.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def import_customers(
    file: Path, shop: str, layout: str, mapping: str | None, purpose: str, as_json: bool
) -> None:
    """Read customers from a CSV FILE. Reading it twice adds nothing; rows that cannot be read are listed by their line.

    Of addresses only a keyed hash is kept. Exit status: 0 all went in, 1 some rows are bad, 2 the file, shop or mapping is wrong.

    \b
    livingroom customers import customers_export.csv --shop outlet --shopify
    livingroom customers import crm.csv --mapping "CRM of 2024" --purpose newsletter --json
    """
    start_django()
    from livingroom.people.importing.models import CustomerMapping
    from livingroom.people.importing.operations import NoSuchShop, import_file
    from livingroom.people.importing.taking import COUNTS, WrongFile

    try:
        done = import_file(
            by=COMMAND_LINE,
            path=file,
            layout=mapping or layout,
            shop=shop,
            purpose=purpose,
            now=datetime.now(UTC),
        )
    except (NoSuchShop, WrongFile) as problem:
        raise click.UsageError(str(problem)) from None
    except CustomerMapping.DoesNotExist:
        known = ", ".join(CustomerMapping.objects.values_list("name", flat=True)) or "none yet"
        raise click.UsageError(f"No mapping is saved as {mapping!r}. Saved: {known}.") from None
    counts = {name.removeprefix("n_"): getattr(done, name) for name in COUNTS}
    bad = list(done.bad_rows.values("number", "column", "reason")[:100])
    if as_json:
        click.echo(json.dumps({"state": done.state, "problem": done.problem, **counts, "bad_rows": bad}))
    else:
        click.echo(", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items()) + ".")
        for row in bad[:20]:
            click.echo(f"  row {row['number']}: {row['reason']}", err=True)
        if done.problem:
            click.echo(done.problem, err=True)
    sys.exit(2 if done.state == "failed" else 1 if done.n_bad else 0)


_mail = click.option("--mail", default="", help="Their mail address; it is hashed at once.")
_number = click.option("--customer", "number", type=int, help="Their number, as /customers/ shows it.")
_name = click.option("--name", default="", help="Their id on a network: bluesky:did:plc:abc123.")


@customers.command()
@_mail
@_number
@_name
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the ZIP goes."
)
def export(mail: str, number: int | None, name: str, out: Path) -> None:
    """Write all we know of one person into a ZIP: a JSON file for each room, and a page to read.

    \b
    livingroom customers export --mail lee@example.com --out lee.zip
    livingroom customers export --customer 17 --out customer-17.zip
    """
    found = _find(mail, number, name)
    from livingroom.people.export.writing import export_of

    with (
        export_of(by=COMMAND_LINE, customer=found, mail=mail, now=datetime.now(UTC)) as file,
        out.open("wb") as target,
    ):
        shutil.copyfileobj(file, target)
    click.echo(f"Wrote {out}, {out.stat().st_size:,} bytes.")


@customers.command()
@_mail
@_number
@_name
@click.option("--for-good", "is_for_good", is_flag=True, help="Take in nothing of theirs ever again.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def erase(mail: str, number: int | None, name: str, is_for_good: bool, yes: bool, as_json: bool) -> None:
    """Erase one person everywhere, here and now, and print the receipt. It cannot be undone.

    Exit status: 0 done, 1 done but something is left (the receipt says where), 2 nobody is known by that.

    \b
    livingroom customers erase --mail lee@example.com
    livingroom customers erase --customer 17 --yes --json
    """
    found = _find(mail, number, name)
    if not yes:
        click.confirm(f"Erase customer {found.pk} everywhere? It cannot be undone.", abort=True)
    from livingroom.people.erasure.operations import ask_erasure
    from livingroom.people.erasure.running import run_erasure, said_by

    now = datetime.now(UTC)
    receipt = run_erasure(
        ask_erasure(by=COMMAND_LINE, customer=found, mail=mail, is_for_good=is_for_good, now=now, here=True),
        now,
    )
    said = {**said_by(receipt), "digest": receipt.digest}
    if as_json:
        click.echo(json.dumps(said, indent=1))
    else:
        click.echo(f"Receipt {receipt.number}")
        for room, counts in sorted(receipt.rooms.items()):
            click.echo(
                f"  {room}: " + (", ".join(f"{n:,} {what}" for what, n in counts.items()) or "held nothing")
            )
        for text in receipt.kept:
            click.echo(f"  stays: {text}")
        for place, n in receipt.searched["left"].items():
            click.echo(f"  still in {place}: {n}", err=True)
        click.echo(f"  digest {receipt.digest}")
    sys.exit(1 if receipt.searched["left"] else 0)


@customers.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def link(as_json: bool) -> None:
    """Look now, as the house does every few hours, for customers who are or may be one person.

    \b
    livingroom customers link
    """
    start_django()
    from livingroom.people.linking.models import LinkProposal
    from livingroom.people.linking.proposing import propose_links

    new = propose_links(datetime.now(UTC))
    counts = {"new": new, "waiting": LinkProposal.objects.open().count()}
    click.echo(
        json.dumps(counts)
        if as_json
        else f"{new:,} new pairs; {counts['waiting']:,} wait at /customers/links/."
    )


@click.command()
@click.option("--dry-run", is_flag=True, help="Count what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print rule by rule as JSON.")
def retention(dry_run: bool, as_json: bool) -> None:
    """Obey the retention policy now, as the house does every night; or say what that would do.

    The policy is HOME/retention.toml over the one that comes with Livingroom. Exit status: 0 obeyed, 1 a rule failed,
    2 the policy is wrong and nothing was done.

    \b
    livingroom retention --dry-run
    livingroom retention --json
    """
    start_django()
    from livingroom.people.retention.obeying import obey_policy, what_is_due
    from livingroom.people.retention.policy import BadPolicy, read_policy

    now = datetime.now(UTC)
    try:
        rules = {rule.what: rule for rule in read_policy()}
        if dry_run:
            rows: list[dict[str, Any]] = [
                {"what": one.rule.what, "n": one.n, "problem": ""} for one in what_is_due(rules.values(), now)
            ]
        else:
            rows = [{"what": run.what, "n": run.n, "problem": run.problem} for run in obey_policy(now)]
    except BadPolicy as problem:
        click.echo("\n".join(problem.sentences), err=True)
        sys.exit(2)
    if as_json:
        said = [{**row, "keep": rules[row["what"]].keep, "then": rules[row["what"]].then} for row in rows]
        click.echo(json.dumps({"dry_run": dry_run, "rules": said}, indent=1))
    else:
        for row in rows:
            rule = rules[row["what"]]
            verb = "would be treated" if dry_run else "treated"
            click.echo(
                f"{row['what']}: kept {rule.keep}, then {rule.then}: {row['n']:,} {verb}. {row['problem']}".rstrip()
            )
    sys.exit(1 if any(row["problem"] for row in rows) else 0)


def _find(mail: str, number: int | None, name: str) -> "Customer":
    """Whom the options name; exit status 2 where that is nobody, or more than one option."""
    if sum(map(bool, (mail, number, name))) != 1:
        raise click.UsageError("Say who: one of --mail, --customer or --name.")
    start_django()
    from livingroom.people.models import Customer
    from livingroom.people.persons import customer_by_mail, customer_by_name, root_of

    now = datetime.now(UTC)
    if mail:
        found = customer_by_mail(mail, now)
    elif name:
        found = customer_by_name(name, now)
    else:
        found = Customer.objects.filter(pk=number or 0).first()
    if found is None:
        raise click.UsageError("Nobody is known by that.")
    return root_of(found)
