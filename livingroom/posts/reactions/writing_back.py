"""Bring what was said elsewhere home to our own blog, and follow edits and deletions at the source.

waiting ── claimed ──> writing ── written, refused
                          └── answer lost ──> unknown ── found: written, not found: waiting
written ── edited at the source ──> written anew;  gone, hidden or left out ──> taken back
taken back ── there or shown again ──> waiting
"""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from livingroom.networks.errors import AuthExpired, NetworkError, OutcomeUnknown
from livingroom.networks.interface import Draft, Network, Ref, Rendered
from livingroom.networks.operations import open_connection
from livingroom.networks.reactions.models import Reaction
from livingroom.networks.registry import find_network
from livingroom.posts.models import Placement
from livingroom.posts.reactions.announcing import announce
from livingroom.posts.reactions.models import BringHome, WrittenBack, new_key
from livingroom.posts.reactions.queries import placements_of, under

State = WrittenBack.State
ATTEMPTS_AT_MOST = 10
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=6)
AT_ONCE = 100
CLOCKS_DIFFER = timedelta(hours=1)
# The kinds that have words; a like is counted, not quoted.
BROUGHT = (Reaction.Kind.REPLY, Reaction.Kind.QUOTE)


def plan(now: datetime) -> int:
    """Note what is to be brought where. Returns how many."""
    return sum(_plan_for(rule, now) for rule in BringHome.objects.all())


def _plan_for(rule: BringHome, now: datetime) -> int:
    """Only reactions that have a home on this branch are read: one that has none must not stand in the way."""
    brought = WrittenBack.objects.filter(reaction=OuterRef("pk"), placement__branch=rule.branch_id)
    said_elsewhere = under(OuterRef).filter(
        Q(post__placements__pk__lt=F("pk")) | Q(post__placements__pk__gt=F("pk")),
        post__placements__branch=rule.branch_id,
        post__placements__state=Placement.State.SENT,
    )
    fresh = (
        Reaction.objects.standing()
        .filter(Exists(said_elsewhere), ~Exists(brought), kind__in=BROUGHT, seen_at__gte=rule.since)
        .exclude(under_id="")
    )[:AT_ONCE]
    reactions = list(fresh)
    posts = {pk: placement.post_id for pk, placement in placements_of(reactions).items()}
    homes = {
        home.post_id: home.pk
        for home in Placement.objects.filter(
            branch=rule.branch_id, post__in=posts.values(), state=Placement.State.SENT
        )
    }
    rows = [
        WrittenBack(
            reaction=reaction,
            placement_id=homes[posts[reaction.pk]],
            how=rule.how,
            made_at=now,
            try_after=now,
        )
        for reaction in reactions
        if posts.get(reaction.pk) in homes
    ]
    WrittenBack.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def due(now: datetime) -> list[int]:
    """Return what is to be written, looked up, changed or taken back."""
    to_write = Q(state__in=(State.WAITING, State.UNKNOWN))
    source_changed = (
        Q(reaction=None)
        | Q(reaction__gone_at__isnull=False)
        | Q(reaction__hidden_at__isnull=False)
        | Q(reaction__edited_at__gt=F("written_at"))
    )
    is_wished = Exists(BringHome.objects.filter(branch=OuterRef("placement__branch")))
    is_back = Q(reaction__isnull=False, reaction__gone_at=None, reaction__hidden_at=None) & Q(is_wished)
    rows = WrittenBack.objects.filter(
        to_write | Q(state=State.WRITTEN) & source_changed | Q(state=State.TAKEN_BACK) & is_back,
        try_after__lte=now,
    )
    return list(rows.order_by("try_after").values_list("pk", flat=True)[:AT_ONCE])


def bring(written_id: int, now: datetime) -> WrittenBack | None:
    """Do what is due for one of them; only one worker at a time does. None where it is not there any more."""
    before = WrittenBack.objects.filter(pk=written_id).values_list("state", flat=True).first()
    claimed = WrittenBack.objects.filter(pk=written_id, state=before, try_after__lte=now).update(
        try_after=now + FIRST_REST * 5, n_attempts=F("n_attempts") + 1
    )
    rows = WrittenBack.objects.select_related("reaction__connection", "placement__branch__connection")
    row = rows.filter(pk=written_id).first()
    if row is None or not claimed:
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
        row.problem, row.n_attempts, row.try_after, row.written_at = "", 0, now, now
    row.save()
    return row


def _bring(row: WrittenBack, now: datetime) -> None:
    if row.state == State.TAKEN_BACK:
        _begin_again(row)
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


def _begin_again(row: WrittenBack) -> None:
    """What was taken back is wanted again. A comment gets a new key: what was deleted under the old one must not be found."""
    row.state, row.remote_id = State.WAITING, ""
    if row.how == BringHome.How.COMMENT:
        row.key = new_key()


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
