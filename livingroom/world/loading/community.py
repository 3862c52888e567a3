"""Corner PC's community: three groups, four events, and forty questions with their answers. Its people are members."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count

import numpy as np

from livingroom.branches.models import Branch, Host
from livingroom.community.events.drafts import EventDraft
from livingroom.community.events.models import Attendance, Event, EventPost, Rsvp, Venue
from livingroom.community.events.operations import announce, save_event
from livingroom.community.events.venues import make_venue
from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.models import Group
from livingroom.community.groups.operations import save_group
from livingroom.community.questions.likeness import note_meanings
from livingroom.community.questions.models import AnswerThanks, Question, QuestionAnswer, QuestionFollow
from livingroom.people.models import Customer, Handle, Letter, Member
from livingroom.posts.models import Placement
from livingroom.shared.addresses import mail_hash
from livingroom.shared.sealing import seal_text
from livingroom.world.generate import World
from livingroom.world.loading.house import demo_staff
from livingroom.world.period import draws

LAUNCH_AT = datetime(2009, 11, 17, 17, tzinfo=UTC)
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
    _events(people, groups, random, now)
    questions = _questions(told["questions"], people, groups, random, now)
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
    made = {}
    for position, (slug, name, intro, interests, words) in enumerate(GROUPS):
        own = [branch for branch in branches if _belongs(branch, slug)] or branches[position : position + 3]
        hosts = {host.pk: host for branch in own for host in branch.hosts.all()}
        draft = GroupDraft(
            name=name, slug=slug, intro=intro, words=words, interests=interests, segment="",
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


def _events(
    people: dict[str, list[Member]], groups: dict[str, Group], random: np.random.Generator, now: datetime
) -> None:
    everybody = [member for some in people.values() for member in some]
    _launch(everybody, groups["green"], random)
    _meet_up(people, groups["small-business"], now)
    _sessions(everybody, groups["gaming"], random, now)


def _launch(people: list[Member], group: Group, random: np.random.Generator) -> None:
    """A launch of 2009, announced by posts that are in the world with their clicks, codes and orders."""
    before = LAUNCH_AT - timedelta(days=14)
    draft = EventDraft(
        title="The bamboo desktop: first look", kind=Event.Kind.LAUNCH, starts_at=LAUNCH_AT,
        ends_at=LAUNCH_AT + timedelta(hours=2), time_zone="America/Chicago",
        text="Our smallest desktop in a case of bamboo. See it, lift it, ask who built it.", place="Corner PC flagship store",
        address="401 Congress Avenue, Austin", map_url="https://www.openstreetmap.org/?mlat=30.2667&mlon=-97.7428#map=17/30.2667/-97.7428",
        host=Host.objects.order_by("pk").first(), capacity=60, groups=(group,),
        words={"de": {"title": "Der Bambusrechner: erster Blick", "text": "Unser kleinster Rechner im Bambusgehäuse."}},
    )  # fmt: skip
    event = _announced(draft, before)
    posts = (
        Placement.objects.filter(sent_at__gte=before, sent_at__lt=LAUNCH_AT, post__offer__isnull=False)
        .order_by("sent_at")
        .values_list("post_id", flat=True)[:6]
    )
    EventPost.objects.bulk_create([EventPost(event=event, post_id=post, at=before) for post in posts])
    for place, member in enumerate(people[:30]):
        at = before + timedelta(hours=3 * place)
        answer = "no" if place % 9 == 8 else "maybe" if place % 7 == 6 else "yes"
        guests = int(random.integers(0, 3)) if answer == "yes" else 0
        Rsvp.objects.create(event=event, member=member, answer=answer, n_guests=guests, at=at, changed_at=at)
        if answer == "yes" and place % 4:
            Attendance.objects.create(
                event=event, source="hand", avatar_id=f"member {member.pk}", avatar_name=member.name, member=member,
                customer=member.customer, linked_by="hand", came_at=LAUNCH_AT + timedelta(minutes=place),
            )  # fmt: skip
    Event.objects.filter(pk=event.pk).update(state=Event.State.OVER)


def _meet_up(people: dict[str, list[Member]], group: Group, now: datetime) -> None:
    """To come, and full: some wait."""
    starts_at = (now + timedelta(days=9)).replace(hour=22, minute=0, second=0, microsecond=0)
    draft = EventDraft(
        title="Small offices, one evening", kind=Event.Kind.MEET_UP, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3),
        time_zone="America/Sao_Paulo", text="Bring what does not work in your office. We bring a server and coffee.",
        place="Casa Corner", address="Rua Augusta 1500, São Paulo", capacity=8, most_guests=2,
        host=Host.objects.filter(branches__language="pt").order_by("pk").first(), groups=(group,),
        words={
            "pt": {"title": "Escritórios pequenos, uma noite",
                 "text": "Traga o que não funciona no seu escritório. Nós levamos café."},
            "es": {"title": "Oficinas pequeñas, una noche", "text": "Traiga lo que no funciona en su oficina."},
        },
    )  # fmt: skip
    event = _announced(draft, now - timedelta(days=6))
    for place, member in enumerate(people["pt"] + people["es"]):
        at = now - timedelta(days=5) + timedelta(hours=place)
        waits = at if place >= 6 else None
        guests = 1 if place in (0, 3) else 0
        Rsvp.objects.create(
            event=event, member=member, answer="yes", n_guests=guests, waits_since=waits, at=at, changed_at=at
        )


def _sessions(people: list[Member], group: Group, random: np.random.Generator, now: datetime) -> None:
    """One session in a virtual world three days ago, told of by its venue, and the next in a week."""
    maya, known = demo_staff(), Venue.objects.filter(slug="corner-island").first()
    venue = known or make_venue(
        staff=maya, name="Corner Island", world="gridlands", url="https://gridlands.example/corner-island",
        region="Corner Island", coordinates="128, 96, 23", now=now,
    )[0]  # fmt: skip
    for days, title in (
        (-3, "Build night on Corner Island"),
        (7, "Build night on Corner Island: lights and shadows"),
    ):
        starts_at = (now + timedelta(days=days)).replace(hour=19, minute=0, second=0, microsecond=0)
        draft = EventDraft(
            title=title, kind=Event.Kind.SESSION, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), time_zone="UTC",
            text="Build your own tower, block by block, and take the plan home.", venue=venue, url=venue.url,
            host=Host.objects.order_by("-pk").first(), groups=(group,),
            words={"de": {"title": "Bauabend auf Corner Island", "text": "Bauen Sie Ihren Turm, Block für Block."}},
        )  # fmt: skip
        event = _announced(draft, now - timedelta(days=10))
        _visit(event, people, random, was=days < 0)
    Event.objects.filter(venue=venue, ends_at__lte=now).update(state=Event.State.OVER)


def _visit(event: Event, people: list[Member], random: np.random.Generator, *, was: bool) -> None:
    for place, member in enumerate(people[3:15]):
        at = event.announced_at or event.made_at
        avatar = f"{member.name.split()[0]} Resident"
        Rsvp.objects.create(event=event, member=member, answer="yes", avatar=avatar, at=at, changed_at=at)
        if was and place % 3:
            came_at = event.starts_at + timedelta(minutes=int(random.integers(0, 40)))
            Attendance.objects.create(
                event=event, source="venue", avatar_id=f"avatar-{place}", avatar_name=avatar, member=member,
                customer=member.customer, linked_by="said", came_at=came_at, left_at=came_at + timedelta(minutes=55),
            )  # fmt: skip
    for place in range(11 if was else 0):
        came_at = event.starts_at + timedelta(minutes=int(random.integers(0, 60)))
        Attendance.objects.create(
            event=event, source="venue", avatar_id=f"stranger-{place}", avatar_name=f"Wanderer {place + 1}", came_at=came_at,
            left_at=came_at + timedelta(minutes=int(random.integers(5, 50))),
        )  # fmt: skip


def _announced(draft: EventDraft, at: datetime) -> Event:
    maya = demo_staff()
    event = save_event(staff=maya, draft=draft, now=at)
    announce(staff=maya, event=event, now=at)
    return event


def _questions(
    told: list[list[object]],
    people: dict[str, list[Member]],
    groups: dict[str, Group],
    random: np.random.Generator,
    now: datetime,
) -> list[Question]:
    made = []
    for place, (language, group, title, text, answers) in enumerate(told):
        some = people[str(language)]
        asker = some[int(random.integers(0, len(some)))]
        asked_at = now - timedelta(hours=30 + 24 * (len(told) - place) + float(random.uniform(0, 20)))
        if not answers:
            asked_at = now - timedelta(hours=float(random.uniform(2, 40)))
        row = Question.objects.create(
            member=asker, group=groups.get(str(group)), title=str(title), text=str(text), language=str(language),
            asked_at=asked_at, last_at=asked_at, spam_share=0.02,
        )  # fmt: skip
        QuestionFollow.objects.create(question=row, member=asker, at=asked_at)
        assert isinstance(answers, list)
        _answer(row, answers, some, random)
        made.append(row)
    note_meanings(made)
    return made


def _answer(
    question: Question, answers: list[list[object]], people: list[Member], random: np.random.Generator
) -> None:
    for who, at in zip(answers, _moments(question.asked_at, random), strict=False):
        member = _helper(question, people, random) if who[0] == "p" else None
        host = None if member else _host(question.language)
        answer = QuestionAnswer.objects.create(
            question=question, member=member, host=host, staff=(host.staff or demo_staff()) if host else None,
            text=str(who[1]), at=at, spam_share=0.02,
        )  # fmt: skip
        question.n_answers += 1
        question.first_answered_at = question.first_answered_at or at
        question.last_at = at
        if len(who) > 2 and who[2]:
            question.accepted, question.solved_at = answer, at + timedelta(hours=2)
            _thank(answer, people, random)
    question.save()


def _moments(at: datetime, random: np.random.Generator) -> Iterator[datetime]:
    while True:
        at += timedelta(hours=float(random.gamma(1.4, 4.0)))
        yield at


def _helper(question: Question, people: list[Member], random: np.random.Generator) -> Member:
    """A few help often, as everywhere; nobody answers their own question."""
    others = [member for member in people if member.pk != question.member_id]
    weight = 1.0 / np.arange(1, len(others) + 1) ** 1.2
    return others[int(random.choice(len(others), p=weight / weight.sum()))]


def _host(language: str) -> Host:
    own = Host.objects.filter(branches__language=language, staff__isnull=False).order_by("pk").first()
    found = (
        own
        or Host.objects.filter(staff__isnull=False).order_by("pk").first()
        or Host.objects.order_by("pk").first()
    )
    assert found is not None  # the house is furnished before anybody asks
    return found


def _thank(answer: QuestionAnswer, people: list[Member], random: np.random.Generator) -> None:
    fans = [member for member in people if member.pk != answer.member_id][: int(random.integers(0, 6))]
    AnswerThanks.objects.bulk_create(
        [AnswerThanks(answer=answer, member=member, at=answer.at) for member in fans]
    )
    answer.n_thanks = len(fans)
    answer.save(update_fields=["n_thanks"])
