"""What a person can mend before anything is sent, as values next to the fields. No network is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from livingroom.branches.models import Branch
from livingroom.experiments.queries import Watch
from livingroom.links.destinations import destination_problems
from livingroom.networks.interface import Rendered
from livingroom.networks.models import Connection
from livingroom.networks.registry import UnknownNetwork, find_network
from livingroom.posts.audience import addressing_problems, audience_problems
from livingroom.posts.models import Placement
from livingroom.posts.phrases.filling import names_in
from livingroom.posts.risk.problems import stop_word_problems
from livingroom.posts.rules import Rules, read_rules
from livingroom.posts.wording import CODE_PLACE, LINK_PLACE, Wording, frozen_wording, wording_of
from livingroom.shared.models import Brand
from livingroom.shared.problems import Problem


def placement_problems(
    placement: Placement,
    *,
    due_at: datetime | None,
    now: datetime,
    watch: Watch | None = None,
    rules: Rules | None = None,
) -> list[Problem]:
    """Say what is wrong with sending this row at that time."""
    wording, brand = wording_of(placement), Brand.current()
    if placement.n_parts_sent:  # the rest goes on as it began, with its code in it
        wording = replace(frozen_wording(placement), code_kind=Placement.Codes.NONE)
    return wording_problems(wording, brand=brand, due_at=due_at, now=now, watch=watch, rules=rules)


def wording_problems(
    wording: Wording,
    *,
    brand: Brand,
    due_at: datetime | None,
    now: datetime,
    watch: Watch | None = None,
    rules: Rules | None = None,
) -> list[Problem]:
    """Say everything that is wrong, or odd, with sending `wording` at `due_at`.

    `watch` is what the experiments say, `rules` what the desk does, where they were read once for many branches.
    """
    rules = rules or read_rules(now)
    return [
        *_text_problems(wording),
        *wording.phrase_problems,
        *_code_problems(wording),
        *_network_problems(wording),
        *_image_problems(wording, rules),
        *stop_word_problems(wording, rules.desk),
        *_branch_problems(wording.branch),
        *_offer_problems(wording, due_at or now),
        *addressing_problems(wording.segment, wording.offer, wording.branch),
        *_stop_problems(wording, max(due_at or now, now), rules),
        *_experiment_problems(wording, max(due_at or now, now), watch),
        *(destination_problems(wording.leads_to, brand=brand) if wording.leads_to else ()),
    ]


def due_problems(due_at: datetime | None, now: datetime) -> list[Problem]:
    if due_at is None:
        return [Problem("Say when: a day and a time, or now.", "at")]
    if (due_at - now).days > 400:
        return [Problem("That is more than a year ahead. Is the year right?", "at", blocks=False)]
    return []


def local_time(wall: datetime, zone: ZoneInfo) -> tuple[datetime, list[Problem]]:
    """Turn the clock's reading in a branch's zone into UTC, and say where the clocks change under it."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first, []
    if first < second:
        text = f"The clocks go back in {zone.key}: {wall:%H:%M} comes twice. The first one is meant."
        return first, [Problem(text, "at", blocks=False)]
    text = f"The clocks go forward in {zone.key}: there is no {wall:%H:%M} on {wall:%-d %B %Y}."
    return first, [Problem(text, "at")]


def _text_problems(wording: Wording) -> Iterator[Problem]:
    if not wording.text.strip():
        yield Problem("Write what the post says.", "text")
    if wording.has_link_place and not wording.leads_to:
        yield Problem(
            f"The text has {LINK_PLACE}, but nothing says where it leads: choose an offer or a destination.",
            "destination",
        )


def _code_problems(wording: Wording) -> Iterator[Problem]:
    kind = wording.code_kind
    if kind == Placement.Codes.NONE and wording.has_code_place:
        yield Problem(f"The text has {CODE_PLACE}, but no code is chosen.", "code_kind")
    if kind == Placement.Codes.SHARED and not wording.has_code_place:
        yield Problem(f"Nobody would see the code: put {CODE_PLACE} where it belongs in the text.", "text")
    if kind != Placement.Codes.NONE and not wording.leads_to:
        yield Problem("A code belongs to an offer: choose the offer, or say where the link leads.", "offer")
    if kind != Placement.Codes.SINGLE:
        return
    if wording.has_code_place:
        yield Problem(
            f"Each visitor has another code, so {CODE_PLACE} cannot stand in the text. The link leads to it.",
            "text",
        )
    if not wording.has_link_place:
        yield Problem(f"Visitors get their code behind the link: put {LINK_PLACE} in the text.", "text")
    if wording.n_codes < 1:
        yield Problem("Say how many single-use codes to make.", "n_codes")


def _network_problems(wording: Wording) -> Iterator[Problem]:
    try:
        parts = wording.render()
    except UnknownNetwork:
        yield Problem(
            f"Nothing can be sent to {wording.branch.network} from here: no connector knows it.", "branches"
        )
        return
    yield from _part_problems(wording, parts)
    link = parts[0].link  # the first part of a thread knows it, any of them may show it
    is_linked = any(part.card or (link and link in part.text) for part in parts)
    if wording.leads_to and not wording.has_link_below and not is_linked:
        yield Problem(f"The text has no {LINK_PLACE}: no click can be traced to it.", "text", blocks=False)
    # Networks know no names but the link's; ours are said above with what was perhaps meant.
    ours = {f"Nothing stands for {{{name}}}." for name in names_in(wording.text)}
    for problem in (problem for part in parts for problem in part.problems if problem.text not in ours):
        yield Problem(problem.text, problem.field or "text", problem.blocks)


def _part_problems(wording: Wording, parts: Sequence[Rendered]) -> Iterator[Problem]:
    network = find_network(wording.branch.network)
    if wording.may_split and not network.capabilities.reply and any(part.size > part.limit for part in parts):
        yield Problem(f"{network.title} knows no threads: make it shorter there.", "text")
    if wording.images and not parts[0].images:
        text = f"{network.title} gets it without pictures: they are not sent there."
        yield Problem(text, "images", blocks=False)
    if not wording.first_comment.strip():
        return
    if not network.capabilities.reply:
        yield Problem(
            f"{network.title} takes no comments from here: leave the first one out there.", "first_comment"
        )
    ours = {f"Nothing stands for {{{name}}}." for name in names_in(wording.first_comment)}
    for problem in (problem for part in wording.render_comment() for problem in part.problems):
        if problem.text not in ours:
            yield Problem(problem.text, "first_comment", problem.blocks)


def _image_problems(wording: Wording, rules: Rules) -> Iterator[Problem]:
    n = sum(not image.alt.strip() for image in wording.images)
    if n and rules.desk.alt_required:
        yield Problem(
            f"{n} picture{'' if n == 1 else 's'} must be described: say what is to be seen.", "images"
        )


def _branch_problems(branch: Branch) -> Iterator[Problem]:
    if branch.closed_on is not None:
        yield Problem(f"{branch} was closed on {branch.closed_on:%-d %B %Y}.", "branches")
    if branch.connection is None:
        yield Problem(f"{branch} is not connected: nothing can be sent there.", "branches")
    elif branch.connection.state != Connection.State.CONNECTED:
        why = branch.connection.problem or branch.connection.get_state_display()
        yield Problem(f"{branch} must be connected again: {why}", "branches")


def _offer_problems(wording: Wording, due_at: datetime) -> Iterator[Problem]:
    offer, branch = wording.offer, wording.branch
    if offer is None:
        return
    if offer.is_over_at(due_at):
        yield Problem(f"The offer is over by then: it ends {offer.ends_at:%-d %B %Y, %H:%M} UTC.", "at")
    if due_at < offer.starts_at:
        yield Problem(
            f"The offer has not begun by then: it starts {offer.starts_at:%-d %B %Y, %H:%M} UTC.",
            "at",
            blocks=False,
        )
    if offer.countries and branch.country and branch.country not in offer.countries:
        yield Problem(f"The offer does not hold in {branch.country}, where {branch} speaks.", "branches")
    yield from audience_problems(offer, branch)


def _stop_problems(wording: Wording, due_at: datetime, rules: Rules) -> Iterator[Problem]:
    for pause in rules.pauses:
        if pause.is_about(wording.branch, wording.tags) and pause.holds_at(due_at):
            # An end that nobody has set may come in time; one that is set, or no time at all, will not.
            blocks = pause.ends_at is not None or due_at <= rules.now
            yield Problem(f"{pause.said}. Choose a later time.", "at", blocks=blocks)


def _experiment_problems(wording: Wording, sent_at: datetime, watch: Watch | None) -> Iterator[Problem]:
    watch = watch or Watch([wording.branch.pk], sent_at)
    found = watch.left_out(wording.offer, wording.branch, sent_at, placement_id=wording.placement_id)
    if found is not None:
        yield Problem(found.reason, "branches")
