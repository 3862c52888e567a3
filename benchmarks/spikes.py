"""How well and how fast spikes are found, beside published detectors and bare numpy.

    python benchmarks/spikes.py            the whole table
    python benchmarks/spikes.py --json
    python benchmarks/spikes.py --around   how much the score hangs on the rule's numbers (a minute)

Scores are the Numenta Anomaly Benchmark's, standard profile, normalised on the labelled series that are there; published scores
are summed from its own result files. The series are not part of the project: LIVINGROOM_SHARED says where they stand.
"""

import argparse
import csv
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache, reduce
from itertools import product
from operator import add
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.report import Line, show
from livingroom.measure.spikes.buckets import MINUTE
from livingroom.measure.spikes.detector import SpikeDetector
from livingroom.measure.spikes.files import find_spikes
from livingroom.measure.spikes.nab import NabScore, nab_score, read_windows, windows_of
from livingroom.measure.spikes.rule import DAY, HOUR, Rule
from livingroom.measure.spikes.series import Series, read_series

SHARED = Path(os.environ.get("LIVINGROOM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SERIES = SHARED / "data" / "spikes"
SCORE_BAR, BUCKETS_BAR, ROWS_BAR = 75.0, 2_000.0, 10_000.0
N_BUCKETS = 10_000
OURS = Rule()
THRESHOLDS, DAYS, RESTS = (2.5, 2.75, 3.0, 3.25, 3.5), (5, 7, 10, 14), (0, 12, 24, 48)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--around", action="store_true")
    options = parser.parse_args()
    if not SERIES.is_dir():
        print(f"There are no labelled series in {SERIES}; only speed is measured.", file=sys.stderr)
    if options.around and SERIES.is_dir():
        return around()
    lines = [*scores(), reading()] if SERIES.is_dir() else []
    return show([*lines, streaming()], as_json=options.json)


def scores() -> list[Line]:
    own = {path.name: score_of(path) for path in sorted(SERIES.glob("Twitter_volume_*.csv"))}
    total = reduce(add, own.values())
    name, best = best_published(set(own), total.n_windows)
    against = f"{name}, the best published, {best:.1f}"
    lines = [score_line("NAB score, all files together", total, best, against, SCORE_BAR)]
    lines += [score_line(f"NAB score, {file}", found, best, against, None) for file, found in own.items()]
    return lines


@cache
def series_of(path: Path) -> Series:
    return read_series(path, ZoneInfo("UTC"))


def score_of(path: Path, rule: Rule = OURS, series: Series | None = None) -> NabScore:
    series = series or series_of(path)
    at = [series.rows[place].at or 0 for place in series.used]
    number = {series.rows[place].line: row for row, place in enumerate(series.used)}
    alerts = [number[alert.row.line] for alert in find_spikes(series, rule).alerts]
    windows = windows_of(read_windows(SERIES / "windows.json", path), labelled_at(path, series))
    return nab_score(len(at), alerts, windows)


def labelled_at(path: Path, series: Series) -> list[int]:
    """Times as the file's labels mean them, whatever was done to the clock of the series."""
    rows = series_of(path).rows
    return [rows[place].at or 0 for place in series.used]


def best_published(files: set[str], n_windows: int) -> tuple[str, float]:
    sums: dict[str, float] = defaultdict(float)
    with (SERIES / "published_scores.csv").open() as file:
        for row in csv.DictReader(file):
            if row["Profile"] == "standard" and row["File"].split("/")[-1] in files:
                sums[row["Detector"]] += float(row["Score"])
    name = max(sums, key=lambda detector: sums[detector])
    return name, 100 * (sums[name] + n_windows) / (2 * n_windows)


def score_line(name: str, found: NabScore, best: float, against: str, bar: float | None) -> Line:
    met = bar is None or found.normalised >= bar
    told = "none" if bar is None else f">= {bar:g}"
    return Line(name, found.normalised, "of 100", found.normalised / best, against, told, met)


def around() -> int:
    """Print the score of rules near ours, of thinner series, and what tuning on all files but one gives the one."""
    paths = sorted(SERIES.glob("Twitter_volume_*.csv"))
    found = {
        (threshold, days, rest): {
            path: score_of(path, Rule(threshold, rest * HOUR, days * DAY)) for path in paths
        }
        for threshold, days, rest in product(THRESHOLDS, DAYS, RESTS)
    }
    for (threshold, days, rest), scored in found.items():
        if (
            (threshold, days, rest)[1:] == (7, 24)
            or (threshold, rest) == (3.0, 24)
            or (threshold, days) == (3.0, 7)
        ):
            print(
                f"z {threshold:g}, {days} days, rest {rest} h: {reduce(add, scored.values()).normalised:.1f}"
            )
    for path in paths:
        print(f"without {path.name}: {joined(found[3.0, 7, 24], path).normalised:.1f}")
    best = {path: max(found, key=lambda rule: joined(found[rule], path).normalised) for path in paths}
    total = reduce(add, (found[best[path]][path] for path in paths))
    print(
        f"tuned on all files but one, over {len(found)} settings, scored on that one: {total.normalised:.1f}"
    )
    for one_of in (2, 4, 10):
        thinner = [
            reduce(add, (score_of(p, series=thinned(p, one_of, seed)) for p in paths)) for seed in range(4)
        ]
        told = ", ".join(f"{score.normalised:.1f}" for score in thinner)
        print(f"one of {one_of} tweets, four draws: {told}")
    for name, change in CHANGES.items():
        changed = [reduce(add, (score_of(p, series=change(p, seed)) for p in paths)) for seed in range(4)]
        told = ", ".join(f"{score.normalised:.1f}" for score in changed)
        print(f"{name}: {told}")
    return 0


def joined(scored: dict[Path, NabScore], without: Path) -> NabScore:
    return reduce(add, (score for path, score in scored.items() if path != without))


def thinned(path: Path, one_of: int, seed: int) -> Series:
    random = np.random.default_rng([seed, len(path.name), path.stat().st_size])
    series = series_of(path)
    rows = tuple(
        replace(row, volume=float(random.binomial(int(row.volume or 0), 1 / one_of))) for row in series.rows
    )
    return replace(series, rows=rows)


def shifted(path: Path, seed: int) -> Series:
    """The file begins later: by 1 to 4 times 17 minutes, so that hours are cut elsewhere in it."""
    series = series_of(path)
    return replace(series, used=series.used[(seed + 1) * 17 // 5 :])


def moved(path: Path, seed: int) -> Series:
    """Everything was said some minutes earlier, labels and all."""
    series, earlier = series_of(path), (seed + 1) * 11 * MINUTE
    return replace(series, rows=tuple(replace(row, at=(row.at or 0) - earlier) for row in series.rows))


def scaled(path: Path, seed: int) -> Series:
    series, factor = series_of(path), (0.5, 2.0, 10.0, 100.0)[seed]
    return replace(series, rows=tuple(replace(row, volume=(row.volume or 0) * factor) for row in series.rows))


def dropped(path: Path, seed: int) -> Series:
    """One row in a hundred is missing."""
    random, series = np.random.default_rng([seed, 3]), series_of(path)
    return replace(series, used=tuple(place for place in series.used if random.random() >= 0.01))


CHANGES: dict[str, Callable[[Path, int], Series]] = {
    "the file begins 15, 30, 50, 65 minutes later": shifted,
    "the clock is 11, 22, 33, 44 minutes behind": moved,
    "volumes times 0.5, 2, 10, 100": scaled,
    "one row in a hundred missing, four draws": dropped,
}


def reading() -> Line:
    path = sorted(SERIES.glob("Twitter_volume_*.csv"))[0]
    started = time.perf_counter()
    series = read_series(path, ZoneInfo("UTC"))
    find_spikes(series)
    rate = len(series.rows) / (time.perf_counter() - started)
    started = time.perf_counter()
    with path.open() as file:
        n_rows = sum(1 for _ in csv.reader(file))
    bare = n_rows / (time.perf_counter() - started)
    against = f"the csv module alone, {bare:,.0f}/s"
    met = rate >= ROWS_BAR
    return Line(
        "rows of a file, read, checked and judged",
        rate,
        "rows/s",
        rate / bare,
        against,
        f">= {ROWS_BAR:,.0f}/s",
        met,
    )


def streaming() -> Line:
    volumes = np.random.default_rng(1).poisson(40, N_BUCKETS).astype(float)
    detector = SpikeDetector()
    started = time.perf_counter()
    for hour, volume in enumerate(volumes.tolist()):
        detector.push(hour * HOUR, volume)
    rate = N_BUCKETS / (time.perf_counter() - started)
    started = time.perf_counter()
    for hour in range(168, N_BUCKETS):
        past = volumes[hour - 168 : hour]
        (volumes[hour] - past.mean()) / past.std()
    bare = (N_BUCKETS - 168) / (time.perf_counter() - started)
    against = f"mean and deviation of ready arrays, {bare:,.0f}/s"
    met = rate >= BUCKETS_BAR
    return Line(
        "hours pushed and judged", rate, "hours/s", rate / bare, against, f">= {BUCKETS_BAR:,.0f}/s", met
    )


if __name__ == "__main__":
    raise SystemExit(main())
