"""From a conversation to a branch, a team and a person: rules first, then what it is about, then whose turn it is."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from livingroom.branches.models import Branch
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Step, Team
from livingroom.inbox.routing.desks import Desks
from livingroom.inbox.routing.facts import Facts, facts_of, fits
from livingroom.inbox.routing.models import Desk, Pick, RoutingRule
from livingroom.inbox.signals import conversations_changed
from livingroom.listening.understanding.corrections import correct
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.rows import write_back

State = Conversation.State
ROUTED_FIELDS = ["branch", "team", "owner", "priority", "kind", "about"]
GIVEN_AT_ONCE = 200


class NotOffered(ValueError):
    """Somebody picked a subject that was not among the offered ones."""


def route(conversations: Sequence[Conversation], now: datetime) -> None:
    """Give new conversations a branch, a team and, where somebody is on duty with room, an owner."""
    if not conversations:
        return
    with transaction.atomic():
        facts = facts_of(conversations)
        rules, branches = list(RoutingRule.objects.filter(is_on=True)), list(Branch.objects.open())
        before = {found.pk: found.branch_id for found in conversations}
        why = {found.pk: _place(found, facts[found.pk], rules, branches) for found in conversations}
        for found in conversations:
            if found.branch_id != before[found.pk]:
                found.owner = None
        _offer_picks(conversations, facts, now)
        _add_teams(conversations)
        _add_owners(conversations, now)
        write_back(conversations, ROUTED_FIELDS)
        Step.objects.bulk_create(
            [
                Step(
                    conversation=found,
                    at=now,
                    by_rule=why[found.pk][:80],
                    verb="routed",
                    change={"branch": found.branch_id, "team": found.team_id, "owner": found.owner_id},
                )
                for found in conversations
            ]
        )


def pick_of(conversation: Conversation, staff: Staff, now: datetime) -> dict[str, Pick] | None:
    """What the conversation's page asks where we are not sure what it is about."""
    pick = Pick.objects.filter(conversation=conversation, picked="").first()
    return {"pick": pick} if pick is not None else None


def give_out(now: datetime) -> int:
    """Give conversations that nobody owns to those who have room by now, what breaks next first. Returns how many."""
    waiting = Conversation.objects.filter(state=State.OPEN, owner=None, branch__isnull=False)
    with transaction.atomic():
        rows = waiting.order_by(F("due_at").asc(nulls_last=True), "opened_at")
        found = list(rows.select_for_update(of=("self",), skip_locked=True)[:GIVEN_AT_ONCE])
        _add_owners(found, now)
        given = [conversation for conversation in found if conversation.owner_id is not None]
        names = {
            staff.pk: str(staff) for staff in Staff.objects.filter(pk__in={one.owner_id for one in given})
        }
        for conversation in given:
            conversation.version += 1
        Conversation.objects.bulk_update(given, ["owner", "version"])
        Step.objects.bulk_create(
            [
                Step(
                    conversation=one,
                    at=now,
                    by_rule="on duty with room",
                    verb="assigned",
                    change={"to": names[one.owner_id or 0], "owner": one.owner_id},
                )
                for one in given
            ]
        )
        tell([one.pk for one in given], now)
    return len(given)


def pick_subject(*, staff: Staff, conversation: Conversation, about: str, now: datetime) -> Conversation:
    """Say what a conversation is about where the house was not sure; it is routed by that, and learnt from.

    Raises PermissionDenied, NotOffered.
    """
    require(staff, "answer", conversation.branch)
    with transaction.atomic():
        pick = Pick.objects.select_for_update().get(conversation=conversation)
        if about not in pick.offered:
            raise NotOffered(f"{about} is not among what was offered.")
        was = conversation.about
        pick.picked, pick.picked_by, pick.picked_at = about, staff, now
        pick.save(update_fields=["picked", "picked_by", "picked_at"])
        conversation.about, conversation.version = about, conversation.version + 1
        conversation.save(update_fields=["about", "version"])
        Step.objects.create(
            conversation=conversation, at=now, staff=staff, verb="picked", change={"from": was, "to": about}
        )
        _teach(conversation, about, staff, now)
        route([conversation], now)
        conversations_changed.send(
            sender=Conversation, conversations=[conversation], verb="picked", staff=staff, by_rule="", now=now
        )
    return conversation


def set_desk(*, staff: Staff, owner: Staff, room: int, is_away: bool, now: datetime) -> Desk:
    """Say how much somebody may have open, and whether they are away. One's own: everybody; others': who arranges."""
    require(staff, "answer" if staff == owner else "arrange")
    with transaction.atomic():
        desk, _ = Desk.objects.update_or_create(staff=owner, defaults={"room": room, "is_away": is_away})
        record_event(actor=staff, verb="set a desk", subject=desk, now=now, room=room, is_away=is_away)
    return desk


def save_rule(*, staff: Staff, rule: RoutingRule, now: datetime) -> RoutingRule:
    """Add or change a rule. Raises PermissionDenied."""
    require(staff, "arrange")
    with transaction.atomic():
        rule.save()
        record_event(
            actor=staff, verb="saved a routing rule", subject=rule, now=now, name=rule.name, is_on=rule.is_on
        )
    return rule


def delete_rule(*, staff: Staff, rule: RoutingRule, now: datetime) -> None:
    """Take a rule away. Raises PermissionDenied."""
    require(staff, "arrange")
    with transaction.atomic():
        record_event(actor=staff, verb="deleted a routing rule", subject=rule, now=now, name=rule.name)
        rule.delete()


def _place(
    conversation: Conversation, facts: Facts, rules: Sequence[RoutingRule], branches: Sequence[Branch]
) -> str:
    """Set branch, team and the rest, and return why in a few words."""
    if facts.is_sure and not conversation.about:
        conversation.about = facts.about
    for rule in rules:
        if fits(rule, facts):
            conversation.branch = rule.branch or conversation.branch
            conversation.team = rule.team or conversation.team
            conversation.priority = rule.priority or conversation.priority
            conversation.kind = rule.kind or conversation.kind
            if conversation.branch is not None:
                return rule.name
            break
    if conversation.branch is not None:
        return "the account that was spoken to"
    conversation.branch = best_branch(facts, branches)
    return "language and country" if conversation.branch else "no branch fits"


def best_branch(facts: Facts, branches: Sequence[Branch]) -> Branch | None:
    """Return the branch whose people can answer: in the language, in the country, service before the others."""
    can = [
        branch
        for branch in branches
        if branch.language[:2] == (facts.language or "en")[:2]
        and (not facts.country or branch.country in ("", facts.country))
    ]
    ranked = sorted(
        can,
        key=lambda branch: (
            branch.country != facts.country,
            branch.purpose != Branch.Purpose.SERVICE,
            branch.network != facts.network,
            branch.pk,
        ),
    )
    return ranked[0] if ranked else None


def _offer_picks(conversations: Sequence[Conversation], facts: dict[int, Facts], now: datetime) -> None:
    unsure = [
        found
        for found in conversations
        if not found.about and facts[found.pk].candidates and not facts[found.pk].is_sure
    ]
    Pick.objects.bulk_create(
        [
            Pick(conversation=found, offered=list(facts[found.pk].candidates), offered_at=now)
            for found in unsure
        ],
        ignore_conflicts=True,
    )


def _add_teams(conversations: Sequence[Conversation]) -> None:
    wanted = {found.branch_id for found in conversations if found.team_id is None and found.branch_id}
    links = Team.branches.through.objects.filter(branch__in=wanted).order_by("-team")
    team_of = dict(links.values_list("branch_id", "team_id"))
    for found in conversations:
        if found.team_id is None and found.branch_id:
            found.team_id = team_of.get(found.branch_id)


def _add_owners(conversations: Sequence[Conversation], now: datetime) -> None:
    unowned = [found for found in conversations if found.owner_id is None and found.branch_id]
    if not unowned:
        return
    desks = Desks([found.branch_id for found in unowned if found.branch_id], now)
    for found in unowned:
        found.owner_id = desks.give(found.branch_id)
    desks.save()


def _teach(conversation: Conversation, about: str, staff: Staff, now: datetime) -> None:
    """The pick is training data: a correction of what listening believed."""
    first = conversation.messages.filter(mention__isnull=False).select_related("mention").first()
    if first is not None and first.mention is not None:
        correct(staff=staff, mentions=[first.mention], kind="subject", value=about, now=now)
