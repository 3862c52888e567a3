"""The graph of who answers whom: its strongest 150 people, laid out the same way each time."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from django.conf import settings

from livingroom.inbox.models import Author
from livingroom.people.models import Member, Staff

MOST_PEOPLE, MOST_TIES = 150, 600
SEED = 7


@dataclass(frozen=True)
class Person:
    """Somebody in the graph, where they stand in it, and what they did. `key` is the name they have in acts."""

    key: str
    name: str
    kind: str
    n_given: int
    n_received: int
    n_partners: int
    x: float
    y: float


@dataclass(frozen=True)
class Tie:
    """One answered another `n` times."""

    giver: Person
    taker: Person
    n: int


@dataclass(frozen=True)
class Drawn:
    people: list[Person]
    ties: list[Tie]
    n_people: int
    n_ties: int


def draw(counted: Counter[tuple[str, str]], *, names_people: bool) -> Drawn:
    """Choose the strongest, lay them out, and name them: those who may not see people read names that stand for them."""
    strength: Counter[str] = Counter()
    for (giver, taker), n in counted.items():
        strength[giver] += n
        strength[taker] += n
    keys = nsmallest(MOST_PEOPLE, strength, key=lambda key: (-strength[key], key))
    drawn = set(keys)
    chosen = {pair: n for pair, n in counted.items() if pair[0] in drawn and pair[1] in drawn}
    places, names = lay_out(keys, chosen), names_of(keys, names_people=names_people)
    people = _people(keys, counted, names, places)
    strongest = sorted(chosen.items(), key=lambda item: (-item[1], item[0]))[:MOST_TIES]
    ties = [Tie(people[giver], people[taker], n) for (giver, taker), n in strongest]
    return Drawn([people[key] for key in keys], ties, len(strength), len(counted))


def lay_out(keys: list[str], ties: Mapping[tuple[str, str], int]) -> dict[str, tuple[float, float]]:
    """Place people so that who answers each other stands near: springs, from the same beginning each time."""
    if not keys:
        return {}
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(keys)
    for (giver, taker), n in sorted(ties.items()):
        before = graph.get_edge_data(giver, taker, {"weight": 0})["weight"]
        graph.add_edge(giver, taker, weight=before + n)
    for one, other in graph.edges:
        # Ten answers pull more than one, but not ten times as much: the picture would be a knot.
        graph[one][other]["weight"] **= 0.5
    for circle in list(nx.connected_components(graph)):
        # Circles that share nobody would fly apart: a light thread holds each to the middle, which is not shown.
        graph.add_edge("", max(circle, key=lambda key: (graph.degree(key), key)), weight=0.3)
    found = nx.spring_layout(graph, seed=SEED, weight="weight", k=2.4 / len(keys) ** 0.5, iterations=120)
    return {key: (float(x), float(y)) for key, (x, y) in found.items() if key}


def names_of(keys: Iterable[str], *, names_people: bool) -> dict[str, str]:
    """Names by key. Staff is always named; customers only for those who may see people."""
    wanted = list(keys)
    staff = Staff.objects.in_bulk([int(key[1:]) for key in wanted if key[0] == "s"])
    known = _known(wanted) if names_people else {}
    return {
        key: str(staff.get(int(key[1:]), "One of us")) if key[0] == "s" else known.get(key) or pseudonym(key)
        for key in wanted
    }


def pseudonym(key: str) -> str:
    """The same for the same person, and no way back: Customer 7K2M."""
    secret = settings.SECRET_KEY.encode()[:64]
    digest = hashlib.blake2b(f"relations {key}".encode(), key=secret, digest_size=5).digest()
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "Customer " + "".join(letters[byte % 32] for byte in digest)


def kind_of(key: str) -> str:
    return "One of us" if key.startswith("s") else "Customer"


def _known(keys: list[str]) -> dict[str, str]:
    customers = [int(key[1:]) for key in keys if key[0] == "c"]
    names: dict[str, str] = {}
    for number, name in Author.objects.filter(customer__in=customers).values_list("customer_id", "name"):
        names[f"c{number}"] = name
    for number, name in Member.objects.filter(customer__in=customers).values_list("customer_id", "name"):
        names[f"c{number}"] = name
    for row in Author.objects.filter(pk__in=[int(key[1:]) for key in keys if key[0] == "a"]):
        names[f"a{row.pk}"] = str(row)
    for member in Member.objects.filter(pk__in=[int(key[1:]) for key in keys if key[0] == "m"]):
        names[f"m{member.pk}"] = member.name
    return names


def _people(
    keys: Sequence[str],
    counted: Mapping[tuple[str, str], int],
    names: Mapping[str, str],
    places: Mapping[str, tuple[float, float]],
) -> dict[str, Person]:
    """What each of them did with everybody, drawn or not: the ties are walked once, and there may be a million."""
    given, received = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
    partners: dict[str, set[str]] = {key: set() for key in keys}
    for (giver, taker), n in counted.items():
        if giver in partners:
            given[giver] += n
            partners[giver].add(taker)
        if taker in partners:
            received[taker] += n
            partners[taker].add(giver)
    return {
        key: Person(
            key, names[key], kind_of(key), given[key], received[key], len(partners[key]), *places[key]
        )
        for key in keys
    }
