"""Members in what concerns one person: their names, their export, their erasure, and how long their letters are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.linking.proposing import prove_handle
from livingroom.people.members.models import Letter, Member, SignInLetter
from livingroom.people.members.operations import forget_letters, forget_sign_ins, member_joined
from livingroom.people.models import Customer, Handle
from livingroom.people.parts import add_part
from livingroom.people.persons import Found, Person, add_namer
from livingroom.people.retention.kinds import Kind, add_kind
from livingroom.shared.sealing import CannotUnseal, unseal_text

SOMEBODY = "Somebody"


def take_part() -> None:
    """Called once, when the house starts."""
    member_joined.connect(prove_address)
    add_namer(names_of)
    add_exporter("members", "Your membership", sheets_of)
    add_part("members", "people/members/of_customer.html", part_of, position=40)
    add_eraser("members", erase, position=60)
    add_kind(
        Kind(
            "sign-in letters",
            "members",
            "Links by mail that sign somebody in once",
            frozenset({"erase"}),
            lambda before, then: SignInLetter.objects.filter(made_at__lt=before).count(),
            lambda before, then, now: forget_sign_ins(now, after=now - before),
            least_days=1,
        )
    )
    add_kind(
        Kind(
            "letters to members",
            "members",
            "What members were told by mail",
            frozenset({"blank"}),
            lambda before, then: Letter.objects.filter(made_at__lt=before).exclude(text="").count(),
            lambda before, then, now: forget_letters(now, after=now - before),
            least_days=8,
        )
    )


def names_of(person: Person) -> Found:
    rows = list(members_of(person))
    return {
        "members": [member.pk for member in rows],
        "mails": [mail for member in rows if (mail := _mail_of(member))],
        "words": [member.name for member in rows if member.name != SOMEBODY],
        "subjects": [f"member {member.pk}" for member in rows],
    }


def part_of(customer: Customer) -> dict[str, Any] | None:
    rows = Member.objects.filter(customer=customer, staff=None).order_by("pk")
    return {"members": rows} if rows else None


def members_of(person: Person) -> QuerySet[Member]:
    """Members of the public; an account of our own staff is erased with the staff, not here."""
    theirs = Q(customer__in=person.customers) | Q(mail_hash__in=person.mail_hashes)
    return Member.objects.filter(theirs, staff=None)


def sheets_of(person: Person) -> Sequence[Sheet]:
    rows = Member.objects.filter(pk__in=person.numbers("members"))
    letters = Letter.objects.filter(member__in=rows).order_by("made_at")
    return [
        Sheet(
            "members",
            "Member",
            rows.values("id", "name", "language", "country", "joined_at", "seen_at", "hears_from_us"),
        ),
        Sheet("letters", "Letters to you", letters.values("subject", "text", "url", "made_at", "sent_at")),
    ]


def erase(person: Person, now: datetime) -> Done:
    """What a member proposed or voted for is their rooms' to say; who it was is gone."""
    members = Member.objects.filter(pk__in=person.numbers("members"))
    hashes = [*person.mail_hashes, *members.values_list("mail_hash", flat=True)]
    counts = {
        "sign-in letters": SignInLetter.objects.filter(mail_hash__in=hashes).delete()[0],
        "letters": Letter.objects.filter(member__in=members).delete()[0],
        "members": members.update(
            name=SOMEBODY, mail_hash=Concat(Value("erased "), Cast("pk", CharField())), mail_sealed="", country="",
            network="", agent="", hears_from_us=False, blocked_at=now, blocked_because="", customer=None,
        ),
    }  # fmt: skip
    return Done(counts)


def prove_address(sender: object, *, member: Member, now: datetime, **rest: object) -> None:
    """A member signed in for the first time: the address is theirs, and so is what was bought with it. That leaves no doubt."""
    if member.customer is None or member.staff_id is not None:
        return
    customer = prove_handle(
        customer=member.customer,
        kind=Handle.Kind.MAIL,
        value=member.mail_hash,
        rule="sign-in",
        evidence="They signed in by a letter to the address that the other is known by.",
        now=now,
    )
    if customer.pk != member.customer_id:
        Member.objects.filter(pk=member.pk).update(customer=customer)


def _mail_of(member: Member) -> str:
    try:
        return unseal_text(member.mail_sealed).lower() if member.mail_sealed else ""
    except CannotUnseal:
        return ""
