"""Corner PC's community: three groups, four events, and forty questions with their answers. Its people are members."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import count

from livingroom.branches.models import Branch
from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.models import Group
from livingroom.community.groups.operations import save_group
from livingroom.people.models import Customer, Handle, Letter, Member
from livingroom.segments.models import Segment
from livingroom.shared.addresses import mail_hash
from livingroom.shared.sealing import seal_text
from livingroom.world.generate import World
from livingroom.world.loading.community_events import load_events
from livingroom.world.loading.community_questions import load_questions
from livingroom.world.loading.house import demo_staff
from livingroom.world.period import draws

# The segments whose people the groups are for, where the programme has them.
SEGMENTS = {"gaming": "gamers", "green": "green-computing", "small-business": "small-business"}
GROUPS = (
    ("gaming", "Gaming", "Towers, screens and people who play on them.", ("gaming", "game", "graphics"), {
        "de": {"name": "Spielen", "intro": "Türme, Bildschirme und Leute, die damit spielen."},
        "es": {"name": "Juegos", "intro": "Torres, pantallas y la gente que juega con ellas."},
        "pt": {"name": "Jogos", "intro": "Torres, telas e a gente que joga nelas."},
        "fr": {"name": "Jeux", "intro": "Des tours, des écrans et ceux qui jouent avec."},
    }),
    ("green", "Green computing", "Less power, less packaging, and where old machines go.", ("green", "recycl", "power"), {
        "de": {"name": "Grünes Rechnen", "intro": "Weniger Strom, weniger Verpackung, und wohin alte Geräte gehen."},
        "es": {"name": "Informática verde", "intro": "Menos energía, menos embalaje y adónde van los equipos viejos."},
        "pt": {"name": "Computação verde", "intro": "Menos energia, menos embalagem e para onde vão as máquinas velhas."},
        "fr": {"name": "Informatique verte", "intro": "Moins de courant, moins d’emballage, et où vont les vieilles machines."},
    }),
    ("small-business", "Small business", "For offices with one to fifty desks.", ("business", "office", "server"), {
        "de": {"name": "Kleine Firmen", "intro": "Für Büros mit einem bis fünfzig Tischen."},
        "es": {"name": "Pequeña empresa", "intro": "Para oficinas de una a cincuenta mesas."},
        "pt": {"name": "Pequenas empresas", "intro": "Para escritórios de uma a cinquenta mesas."},
        "fr": {"name": "Petites entreprises", "intro": "Pour des bureaux d’un à cinquante postes."},
    }),
)  # fmt: skip


def load_community(world: World, now: datetime) -> int:
    """Load it; nothing of it is random but who says what. Returns how many questions there are."""
    told = json.loads(files("livingroom.world").joinpath("words/community.json").read_text())
    random = draws(world.seed, "community")
    people = _members(told["members"], now)
    groups = _groups(now)
    load_events(people, groups, random, now)
    questions = load_questions(told["questions"], people, groups, random, now)
    # What was told by mail in the years before is not told anew when the demo opens.
    Letter.objects.filter(
        member__in=[one.pk for some in people.values() for one in some], sent_at=None
    ).delete()
    return len(questions)


def _members(names: dict[str, list[str]], now: datetime) -> dict[str, list[Member]]:
    numbers, people = count(), {}
    countries = {"en": "US", "de": "DE", "es": "MX", "pt": "BR", "fr": "FR"}
    for language, some in names.items():
        people[language] = [_member(name, language, countries[language], next(numbers), now) for name in some]
    return people


def _member(name: str, language: str, country: str, number: int, now: datetime) -> Member:
    mail = f"{name.lower().replace(' ', '.')}@people.example"
    digest, joined_at = mail_hash(mail), now - timedelta(days=200 - 4 * number)
    known = Member.objects.filter(mail_hash=digest).first()
    if known is not None:
        return known
    customer = Customer.objects.create(country=country, language=language, first_seen_at=joined_at)
    Handle.objects.create(customer=customer, kind=Handle.Kind.MAIL, value=digest, seen_at=joined_at)
    return Member.objects.create(
        customer=customer, name=name, mail_hash=digest, mail_sealed=seal_text(mail), language=language, country=country,
        joined_at=joined_at, seen_at=now,
    )  # fmt: skip


def _groups(now: datetime) -> dict[str, Group]:
    maya, branches = demo_staff(), list(Branch.objects.open().prefetch_related("hosts"))
    made, known_segments = {}, set(Segment.objects.standing().values_list("slug", flat=True))
    for position, (slug, name, intro, interests, words) in enumerate(GROUPS):
        own = [branch for branch in branches if _belongs(branch, slug)] or branches[position : position + 3]
        hosts = {host.pk: host for branch in own for host in branch.hosts.all()}
        segment = SEGMENTS[slug] if SEGMENTS[slug] in known_segments else ""
        draft = GroupDraft(
            name=name, slug=slug, intro=intro, words=words, interests=interests, segment=segment,
            branches=tuple(own), hosts=tuple(list(hosts.values())[:4]), position=position,
        )  # fmt: skip
        known = Group.objects.filter(slug=slug).first()
        made[slug] = save_group(staff=maya, draft=draft, now=now, group=known)
    return made


def _belongs(branch: Branch, slug: str) -> bool:
    told = f"{branch.slug} {branch.name} {' '.join(branch.interests)} {branch.division}".lower()
    return {
        "gaming": "gam" in told or "alien" in told,
        "green": "green" in told or "recycl" in told or "regener" in told,
        "small-business": "business" in told or "office" in told,
    }[slug]
