"""Bring what was said elsewhere home to our own blog, and follow edits and deletions at the source.

waiting ── claimed ──> writing ── written, refused
                          └── answer lost ──> unknown ── found: written, not found: waiting
written ── edited at the source ──> written anew;  gone, hidden or left out ──> taken back
"""

from datetime import datetime, timedelta

from django.db.models import F

from livingroom.networks.errors import AuthExpired, NetworkError, OutcomeUnknown
from livingroom.networks.interface import Draft, Network, Ref, Rendered
from livingroom.networks.operations import open_connection
from livingroom.networks.reactions.models import Reaction
from livingroom.networks.registry import find_network
from livingroom.posts.models import Placement
from livingroom.posts.reactions.announcing import announce
from livingroom.posts.reactions.models import BringHome, WrittenBack
from livingroom.posts.reactions.queries import placement_of

State = WrittenBack.State
ATTEMPTS_AT_MOST = 10
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=6)
AT_ONCE = 100
CLOCKS_DIFFER = timedelta(hours=1)
# The kinds that have words; a like is counted, not quoted.
BROUGHT = (Reaction.Kind.REPLY, Reaction.Kind.QUOTE)


def plan(now: datetime) -> int:
    """Note what is to be brought where. Returns how many."""
    rules = {rule.branch_id: rule for rule in BringHome.objects.all()}
    if not rules:
        return 0
    earliest = min(rule.since for rule in rules.values())
    fresh = (
        Reaction.objects.standing()
        .filter(kind__in=BROUGHT, seen_at__gte=earliest, written=None)
        .exclude(under_id="")
        .select_related("connection")[:AT_ONCE]
    )
    return sum(_plan_one(reaction, rules, now) for reaction in fresh)


def _plan_one(reaction: Reaction, rules: dict[int, BringHome], now: datetime) -> int:
    said_under = placement_of(reaction)
    if said_under is None:
        return 0
    homes = Placement.objects.filter(
        post=said_under.post_id, state=Placement.State.SENT, branch__in=rules
    ).exclude(pk=said_under.pk)
    n_planned = 0
    for home in homes:
        rule = rules[home.branch_id]
        if reaction.seen_at >= rule.since:
            WrittenBack.objects.get_or_create(
                reaction=reaction,
                placement=home,
                defaults={"how": rule.how, "made_at": now, "try_after": now},
            )
            n_planned += 1
    return n_planned


def due(now: datetime) -> list[int]:
    """Return what is to be written, looked up, changed or taken back."""
    to_write = WrittenBack.objects.filter(state__in=(State.WAITING, State.UNKNOWN), try_after__lte=now)
    standing = WrittenBack.objects.filter(state=State.WRITTEN, try_after__lte=now).select_related(
        "reaction__connection"
    )
    changed = [row.pk for row in standing if not _wanted(row) or row.text != words_of(row.reaction)]
    return [*to_write.values_list("pk", flat=True)[:AT_ONCE], *changed[:AT_ONCE]]


def bring(written_id: int, now: datetime) -> WrittenBack:
    """Do what is due for one of them; only one worker at a time does."""
    before = WrittenBack.objects.values_list("state", flat=True).get(pk=written_id)
    claimed = WrittenBack.objects.filter(pk=written_id, state=before, try_after__lte=now).update(
        try_after=now + FIRST_REST * 5, n_attempts=F("n_attempts") + 1
    )
    row = WrittenBack.objects.select_related("reaction__connection", "placement__branch__connection").get(
        pk=written_id
    )
    if not claimed:
        return row
    try:
        _bring(row, now)
    except OutcomeUnknown as error:
        # To change or to take away twice does no harm; what may have been written must be looked for.
        row.state = row.state if row.state == State.WRITTEN else State.UNKNOWN
        row.problem, row.try_after = error.text, now + FIRST_REST
    except NetworkError as error:
        row.problem = error.text
        if error.permanent or row.n_attempts >= ATTEMPTS_AT_MOST:
            row.state = State.REFUSED
        row.try_after = now + min(FIRST_REST * 2**row.n_attempts, LONGEST_REST)
    else:
        row.problem, row.n_attempts, row.try_after = "", 0, now
    row.save()
    return row


def _bring(row: WrittenBack, now: datetime) -> None:
    if row.how == BringHome.How.WEBMENTION:
        announce(row, is_wanted=_wanted(row), now=now)
        row.state = State.WRITTEN if _wanted(row) else State.TAKEN_BACK
        row.text = words_of(row.reaction) if _wanted(row) else ""
        return
    network = _network(row)
    if row.state == State.UNKNOWN or (row.state == State.WAITING and row.n_attempts > 1):
        _look(row, network)
    if not _wanted(row):
        _take_back(row, network)
    elif row.state == State.WRITTEN:
        _change(row, network)
    else:
        _write(row, network)


def _write(row: WrittenBack, network: Network) -> None:
    text = words_of(row.reaction)
    published = network.reply(Ref(row.placement.remote_id), _rendered(network, text), row.key)
    row.state, row.remote_id, row.text = State.WRITTEN, published.ref.id, text


def _look(row: WrittenBack, network: Network) -> None:
    """After a first attempt, look before writing again."""
    text = words_of(row.reaction)
    found = network.find_published(_rendered(network, text), row.key, row.made_at - CLOCKS_DIFFER)
    if found is not None:
        row.state, row.remote_id, row.text = State.WRITTEN, found.ref.id, text


def _change(row: WrittenBack, network: Network) -> None:
    text = words_of(row.reaction)
    if text == row.text:
        return
    if network.capabilities.edit:
        row.remote_id = network.edit(Ref(row.remote_id), _rendered(network, text)).ref.id or row.remote_id
        row.text = text
        return
    network.delete(Ref(row.remote_id))
    row.state, row.remote_id = State.WAITING, ""
    _write(row, network)


def _take_back(row: WrittenBack, network: Network) -> None:
    if row.remote_id:
        network.delete(Ref(row.remote_id))
    row.state, row.text = State.TAKEN_BACK, ""


def _wanted(row: WrittenBack) -> bool:
    reaction = row.reaction
    return reaction is not None and reaction.gone_at is None and reaction.hidden_at is None


def words_of(reaction: Reaction | None) -> str:
    """Who said it where, what, and where to read it."""
    if reaction is None:
        return ""
    place = find_network(reaction.connection.network).title
    return f"{reaction.who} on {place}:\n\n{reaction.text}\n\n{reaction.ref_url}".strip()


def _rendered(network: Network, text: str) -> Rendered:
    return network.render(Draft(text))[0]


def _network(row: WrittenBack) -> Network:
    connection = row.placement.branch.connection
    if connection is None:
        raise AuthExpired(f"{row.placement.branch} is not connected.")
    return open_connection(connection)
