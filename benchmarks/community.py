"""Events, questions and who answers whom: 5,000 events, 50,000 questions, a graph of a million ties.

python benchmarks/community.py                     on SQLite
python benchmarks/community.py --only postgresql
python benchmarks/community.py --questions 5000 --json
"""

import argparse
import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.segments import middle, seconds
from benchmarks.support.own_database import run_on
from benchmarks.support.report import Line, show

if TYPE_CHECKING:
    import numpy as np

EVENTS, TIES = 5_000, 1_000_000
PAGE_MS, FIND_MS, DRAW_S = 150.0, 150.0, 10.0
NOW = datetime.now(UTC).replace(microsecond=0)
PAGES = {"questions": "/questions/", "question": "/questions/1/", "unanswered": "/questions/?tab=unanswered",
         "events": "/events/", "calendar": "/events/calendar.ics", "group": "/groups/gaming/"}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=50_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.questions)))
        return 0
    found = run_on(options.only, __file__, ["--measure", f"--questions={options.questions}"])
    where = f"{options.only}, {options.questions:,} questions, {EVENTS:,} events"
    lines = [
        Line(f"{where}: {path}", found[name], "ms", found[name] / found["bare"], "a page of ours that asks for one row",
             f"under {PAGE_MS:.0f} ms", found[name] < PAGE_MS)
        for name, path in PAGES.items()
    ]  # fmt: skip
    lines += [
        Line(f"{where}: {name}", found[key], "ms", found[key] / found["product"], "the product of vectors alone",
             f"under {FIND_MS:.0f} ms", found[key] < FIND_MS)
        for name, key in (
            ("the nearest by meaning", "near_en"), ("the nearest in German", "near_de"), ("the front door's finder", "finder"),
        )
    ]  # fmt: skip
    lines.append(
        Line(f"the picture of {TIES:,} ties", found["draw_s"], "s", found["draw_s"] / found["count_s"],
             "adding up the same ties once", f"under {DRAW_S:.0f} s", found["draw_s"] < DRAW_S)
    )  # fmt: skip
    return show(lines, as_json=options.json)


def measure(n_questions: int) -> dict[str, float]:
    import django

    django.setup()
    import numpy as np
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    random = np.random.default_rng(7)
    fill(n_questions, random)
    from livingroom.branches.answered import answered_questions
    from livingroom.community.questions import likeness
    from livingroom.community.relations.graph import draw

    visitor = Client(SERVER_NAME="127.0.0.1")
    for path in PAGES.values():
        assert visitor.get(path).status_code == 200, path
    found = {name: middle(partial(visitor.get, path)) for name, path in PAGES.items()}
    asked, german = "How loud is the fan of the small tower?", "Wie laut ist der Lüfter am kleinen Rechner?"
    likeness.nearest_questions(asked)
    vector = random.normal(size=384).astype(np.float32)
    vectors = likeness._index().vectors
    ties = tie_counts(random)
    return found | {
        "bare": middle(lambda: visitor.get("/events/event-1/")),
        "near_en": middle(lambda: likeness.nearest_questions(asked)),
        "near_de": middle(lambda: likeness.nearest_questions(german)),
        "finder": middle(lambda: answered_questions(asked)),
        "product": middle(lambda: vectors @ vector),
        "draw_s": seconds(lambda: draw(ties, names_people=False)),
        "count_s": seconds(lambda: Counter(ties)),
    }


def fill(n_questions: int, random: "np.random.Generator") -> None:
    import numpy as np

    from livingroom.community.events.models import Event
    from livingroom.community.groups.models import Group
    from livingroom.community.questions.likeness import HOUSE_MODEL
    from livingroom.community.questions.models import Question, QuestionAnswer
    from livingroom.people.models import Member

    words = [
        "fan",
        "tower",
        "screen",
        "battery",
        "licence",
        "printer",
        "noise",
        "driver",
        "cable",
        "server",
        "dock",
    ]
    deutsch = [
        "Lüfter",
        "Rechner",
        "Bildschirm",
        "Akku",
        "Lizenz",
        "Drucker",
        "Geräusch",
        "Treiber",
        "Kabel",
        "Server",
    ]
    members = Member.objects.bulk_create(
        Member(name=f"Member {n}", mail_hash=f"{n:060}", joined_at=NOW, seen_at=NOW) for n in range(500)
    )
    group = Group.objects.create(slug="gaming", name="Gaming", interests=["tower"], made_at=NOW)
    events = Event.objects.bulk_create(
        Event(slug=f"event-{n}", kind="launch", state="announced" if n % 10 == 0 else "over", title=f"Event {n}", place="Here",
              starts_at=NOW + timedelta(hours=n if n % 10 == 0 else -n - 3), made_at=NOW, changed_at=NOW,
              ends_at=NOW + timedelta(hours=(n if n % 10 == 0 else -n - 3) + 2), announced_at=NOW)
        for n in range(1, EVENTS + 1)
    )  # fmt: skip
    group.events.set(events[::50])
    vectors = random.integers(-60, 60, size=(n_questions, 384), dtype=np.int8)
    rows = []
    for n in range(n_questions):
        some, language = (deutsch, "de") if n % 5 == 0 else (words, "en")
        title = " ".join(some[int(k)] for k in random.integers(0, len(some), 6))
        at = NOW - timedelta(minutes=n)
        rows.append(
            Question(member=members[n % 500], group=group if n % 7 == 0 else None, title=f"{title} {n}?", language=language,
                     asked_at=at, last_at=at, vector=vectors[n].tobytes(), vector_model=HOUSE_MODEL, n_answers=n % 3)
        )  # fmt: skip
    questions = Question.objects.bulk_create(rows, batch_size=2_000)
    answers = QuestionAnswer.objects.bulk_create(
        (QuestionAnswer(question=row, member=members[(row.pk or 0) % 499], text="So.", at=row.asked_at)
         for row in questions[::3]),
        batch_size=2_000,
    )  # fmt: skip
    for row, answer in zip(questions[::3], answers, strict=True):
        row.accepted, row.solved_at, row.n_answers = answer, row.asked_at, 1
    Question.objects.bulk_update(questions[::3], ["accepted", "solved_at", "n_answers"], batch_size=1_000)


def tie_counts(random: "np.random.Generator") -> Counter[tuple[str, str]]:
    """A few people answer much, most one or two times."""
    givers = (random.pareto(1.2, TIES) * 1_000).astype(int) % 400_000
    takers = random.integers(0, 400_000, TIES)
    return Counter(
        {
            (f"c{giver}", f"c{taker}"): 1 + place % 4
            for place, (giver, taker) in enumerate(zip(givers, takers, strict=True))
        }
    )


if __name__ == "__main__":
    sys.exit(main())
