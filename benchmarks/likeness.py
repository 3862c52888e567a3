"""Whether the five ideas that are shown hold a true one, and how long that takes with 10,000 ideas.

python benchmarks/likeness.py --data ../shared/data/topics/banking77_train.csv
python benchmarks/likeness.py --asked 500 --json

10,003 questions on 77 matters: 3,000 are held out and asked, the rest are the ideas of a board, as the house keeps them (a vector
of bytes each, read by its task). A question finds a true one when one of the five is on its matter. Beside it in the same run:
words in common, ranked by how many (what a search by OR does), and BM25 alone. Then all 10,003 are ideas, and each call is timed
whole: reading the question, the product, the rows from the database. Its yardstick is reading the question alone.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SHARED = Path(os.environ.get("LIVINGROOM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SEED, ASKED, TIMED = 20070216, 3000, 200
BAR_SHARE, BAR_MS = 0.96, 60.0
Pair = tuple[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=SHARED / "data/topics/banking77_train.csv")
    parser.add_argument("--asked", type=int, default=ASKED, help="How many are held out.")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="livingroom-likeness-") as home:
        os.environ |= {"LIVINGROOM_HOME": home, "DATABASE_URL": "", "RATES_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from benchmarks.support.report import show

        return show(_run(*_drawn(options.data, options.asked)), as_json=options.json)


def _drawn(path: Path, n_asked: int) -> tuple[list[Pair], list[Pair]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    order = np.random.default_rng(SEED).permutation(len(rows))
    return [rows[place] for place in order[n_asked:]], [rows[place] for place in order[:n_asked]]


def _run(known: list[Pair], asked: list[Pair]) -> list[Any]:
    from benchmarks.support.report import Line
    from livingroom.ideas.likeness.meaning import open_meaning
    from livingroom.ideas.likeness.operations import similar

    meaning = open_meaning()
    assert meaning is not None, "There is no sentence model: install what CONTRIBUTING.md names."
    board = _board()
    rate = _fill(board, known)

    overlap, bm25 = _by_overlap(known, asked), _by_bm25(known, asked)
    hits = [matter in {one.idea.credited_name for one in similar(board, text)} for text, matter in asked]
    found = sum(hits) / len(hits)
    _fill(board, asked)
    whole = _p95([text for text, _ in asked[:TIMED]], lambda text: similar(board, text))
    alone = _p95([text for text, _ in asked[:TIMED]], lambda text: meaning.vectors([text]))
    n, against = len(known), "words in common in the same run"
    return [
        Line(f"a true one among five, {len(asked):,} asked of {n:,}, {meaning.name} and words", found * 100, "%",
             found / overlap, against, f">= {BAR_SHARE:.0%}", found >= BAR_SHARE),
        Line("the same by words in common alone", overlap * 100, "%", 1.0, "itself", "none", True),
        Line("the same by BM25 alone", bm25 * 100, "%", bm25 / overlap, against, "none", True),
        Line(f"one call with {n + len(asked):,} ideas, 95 of 100 within", whole, "ms", whole / alone,
             "reading the question alone", f"< {BAR_MS:.0f} ms", whole < BAR_MS),
        Line("ideas taken in", rate, "ideas/s", rate * alone / 1000, "one at a time", "none", True),
    ]  # fmt: skip


def _board() -> Any:
    from django.utils import timezone

    from livingroom.ideas.models import Board

    now = timezone.now()
    return Board.objects.create(slug="bank", name="Bank", epoch=now, made_at=now)


def _fill(board: Any, pairs: Sequence[Pair]) -> float:
    """Make ideas of questions, the matter as their author, and let the task read them. Returns how many a second."""
    from django.utils import timezone

    from livingroom.ideas.likeness.operations import take_in_waiting
    from livingroom.ideas.models import Idea

    now = timezone.now()
    Idea.objects.bulk_create(
        (
            Idea(
                board=board,
                title=text[:150],
                standing="public",
                made_at=now,
                state_at=now,
                credited_name=matter,
            )
            for text, matter in pairs
        ),
        batch_size=1000,
    )
    start = time.perf_counter()
    while take_in_waiting(timezone.now()):
        pass
    return len(pairs) / (time.perf_counter() - start)


def _by_overlap(known: Sequence[Pair], asked: Sequence[Pair]) -> float:
    from livingroom.ideas.likeness.words import stems_of

    sets = [stems_of(text) for text, _ in known]
    hits = 0
    for text, matter in asked:
        words = stems_of(text)
        counts = np.fromiter((len(words & other) for other in sets), np.int32, len(sets))
        hits += matter in {known[place][1] for place in np.argsort(-counts, kind="stable")[:5]}
    return hits / len(asked)


def _by_bm25(known: Sequence[Pair], asked: Sequence[Pair]) -> float:
    from livingroom.ideas.likeness.words import WordIndex, stems_of

    index = WordIndex()
    index.add(stems_of(text) for text, _ in known)
    hits = 0
    for text, matter in asked:
        best = np.argsort(-index.scores(stems_of(text)), kind="stable")[:5]
        hits += matter in {known[place][1] for place in best}
    return hits / len(asked)


def _p95(texts: Sequence[str], call: Callable[[str], object]) -> float:
    spans = []
    call(texts[0])
    for text in texts:
        start = time.perf_counter()
        call(text)
        spans.append(time.perf_counter() - start)
    return float(np.percentile(spans, 95)) * 1000


if __name__ == "__main__":
    sys.exit(main())
