"""Five rules, a Markov chain and Shapley values over 10 million touches, beside the packages that people use for it.

    python benchmarks/credit_models.py                                   our own times and the limit
    python benchmarks/credit_models.py --peers channelattribution mam    and the peers (minutes, up to 9 GB)
    python benchmarks/credit_models.py --touches 1000000 --large 100000000 --json

Peers are installed by `scripts/peers/install.sh channelattribution mam`. All read the same Parquet files in processes of
their own, one after another. ChannelAttribution is given paths that pandas makes in its usual way: sort, number journeys,
join channels, count equal paths; the same window and the same people as ours. It then runs first, last, linear and Markov
of order 1 with its own settings. marketing-attribution-models is given touches with a conversion on the last one before an
order and runs five rules, Markov and Shapley (sets of up to four channels, its own setting). Ours checks every row, learns from
all journeys, and gives 200-draw intervals too. The limit is DuckDB reading, parting and sorting the same files.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from measure import LIMIT, Figure, Run, make_files, run

CACHE = Path(os.environ.get("LIVINGROOM_CACHE", Path.home() / ".cache" / "livingroom")) / "peers"
RULES = "last,first,linear,time_decay,position"
MEMORY, MEMORY_LARGE = "700MB", "2GB"
BAR_BYTES, BAR_BYTES_LARGE, BAR_GROWTH = 10**9, 4 * 10**9, 12
BARS = {"channelattribution": 10, "mam": 8}
NAMES = {
    "channelattribution": "ChannelAttribution 2.2.5 after pandas",
    "mam": "marketing-attribution-models 2.1.1",
}
# What both peers need first: touches of people, orders, and which journey and order each touch belongs to.
PREPARE = """
import sys
import numpy as np, pandas as pd
folder = sys.argv[1]
touches = pd.read_parquet(folder + "/touches.parquet", columns=["customer_id", "at", "channel", "class"])
touches = touches[touches["class"] == "human"].drop(columns="class")
orders = pd.read_parquet(folder + "/orders.parquet", columns=["customer_id", "at", "revenue"])
orders["revenue"] = orders["revenue"].astype(float)
events = pd.concat([touches.assign(is_order=0), orders.assign(is_order=1, channel="")])
events = events.sort_values(["customer_id", "at", "is_order"])
events["order_at"] = events["at"].where(events["is_order"] == 1).groupby(events["customer_id"]).bfill()
events["journey"] = events.groupby("customer_id")["is_order"].cumsum() - events["is_order"]
events["won"] = events["order_at"] - events["at"] <= 30 * 86_400_000_000
"""
PROGRAMS = {
    "channelattribution": PREPARE
    + """
from ChannelAttribution import heuristic_models, markov_model
keys = ["customer_id", "journey", "won"]
paths = events[events["is_order"] == 0].groupby(keys)["channel"].agg(" > ".join).reset_index(name="path")
sales = events[events["is_order"] == 1].groupby(keys)["revenue"].sum().reset_index()
paths = paths.merge(sales, how="left", on=keys)
paths["conversion"] = paths["revenue"].notna().astype(int)
paths["nothing"] = 1 - paths["conversion"]
data = paths.groupby("path").agg(
    conversions=("conversion", "sum"), value=("revenue", "sum"), nothing=("nothing", "sum")).reset_index()
heuristic_models(data, "path", "conversions", var_value="value", flg_pro=False)
markov_model(data, "path", "conversions", var_value="value", var_null="nothing", verbose=False, flg_pro=False)
""",
    "mam": PREPARE
    + """
from mam import MAM
events["bought"] = events.groupby("customer_id")["is_order"].shift(-1).fillna(0).eq(1) & events["won"]
sessions = events[events["is_order"] == 0][["customer_id", "at", "channel", "bought"]].copy()
sessions["at"] = pd.to_datetime(sessions["at"], unit="us")
mam = MAM(sessions, format_type="session", channels_colname="channel", journey_with_conv_colname="bought",
          datetime_colname="at", user_id_colname="customer_id", create_journey_id_based_on_conversion=True)
for run in (mam.run_last_click, mam.run_first_click, mam.run_linear, mam.run_position_based, mam.run_time_decay,
            mam.run_markov, mam.run_shapley):
    run()
""",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--touches", type=int, default=10_000_000)
    parser.add_argument("--large", type=int, help="also this many touches, for growth")
    parser.add_argument("--peers", nargs="*", default=[], choices=sorted(PROGRAMS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="livingroom-bench-") as name:
        figures = measure(Path(name), options.touches, options.peers)
        if options.large:
            figures += grow(Path(name), options.touches, options.large, figures[0].value)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
        return
    print("\n".join(str(figure) for figure in figures))
    print(f"(load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")


def measure(folder: Path, n_touches: int, peers: list[str]) -> list[Figure]:
    make_files(folder, n_touches, n_touches * 354 // 10_000)
    title = f"5 rules + markov + shapley, {n_touches / 1e6:g} M touches"
    ours = run(command(folder, f"{RULES},markov,shapley", MEMORY))
    limit = run([sys.executable, "-c", LIMIT, str(folder), "2GB"])
    higher = run(command(folder, f"{RULES},markov,markov_2,markov_3,shapley", MEMORY))
    rows = run(command(folder, f"{RULES},markov,shapley", MEMORY, folder / "credit.parquet"))
    reading = f"DuckDB's reading, parting and sorting in {limit.seconds:.2f} s"
    figures = [
        Figure(f"{title}, time", ours.seconds, "s", ours.seconds / limit.seconds, reading, "<= 3 x"),
        Figure(f"{title}, cpu", ours.cpu_seconds, "s", ours.cpu_seconds / limit.cpu_seconds,
               f"the same in {limit.cpu_seconds:.2f} s", "none"),
        memory(title, ours, BAR_BYTES),
        Figure(f"{title}, with markov_2 and markov_3, time", higher.seconds, "s", higher.seconds / ours.seconds,
               f"without them in {ours.seconds:.2f} s", "<= 2 x"),
        Figure(f"{title}, with all rows in a file, time", rows.seconds, "s", rows.seconds / ours.seconds,
               f"totals only in {ours.seconds:.2f} s", "none"),
        memory(f"{title}, with rows", rows, BAR_BYTES),
    ]  # fmt: skip
    for peer in peers:
        figures += against(peer, folder, title, ours)
    return figures


def against(peer: str, folder: Path, title: str, ours: Run) -> list[Figure]:
    python = CACHE / peer / "bin" / "python"
    if not python.exists():
        raise SystemExit(f"{NAMES[peer]} is not installed. Install it: scripts/peers/install.sh {peer}")
    theirs = run([str(python), "-c", PROGRAMS[peer], str(folder)])
    return [
        Figure(f"{NAMES[peer]}, {title.split(', ')[1]}, time", theirs.seconds, "s", theirs.seconds / ours.seconds,
               f"ours in {ours.seconds:.2f} s", f">= {BARS[peer]} x"),
        Figure(f"{NAMES[peer]}, {title.split(', ')[1]}, cpu", theirs.cpu_seconds, "s", theirs.cpu_seconds / ours.cpu_seconds,
               f"ours in {ours.cpu_seconds:.2f} s", "none"),
        Figure(f"{NAMES[peer]}, peak memory", theirs.peak_bytes / 1e9, "GB", theirs.peak_bytes / ours.peak_bytes,
               f"ours with {ours.peak_bytes / 1e9:.2f} GB", "none"),
    ]  # fmt: skip


def grow(folder: Path, small: int, large: int, before: float) -> list[Figure]:
    make_files(folder, large, large * 354 // 10_000)
    done = run(command(folder, f"{RULES},markov,shapley", MEMORY_LARGE))
    title = f"5 rules + markov + shapley, {large / 1e6:g} M touches"
    times = f"{large / small:g} x the touches of {before:.2f} s"
    return [
        Figure(f"{title}, time", done.seconds, "s", done.seconds / before, times, f"<= {BAR_GROWTH} x"),
        memory(title, done, BAR_BYTES_LARGE),
    ]


def memory(title: str, done: Run, bar: int) -> Figure:
    return Figure(
        f"{title}, peak memory",
        done.peak_bytes / 1e9,
        "GB",
        done.peak_bytes / bar,
        f"{bar / 1e9:g} GB",
        f"<= {bar / 1e9:g} GB",
    )


def command(folder: Path, models: str, memory: str, out: Path | None = None) -> list[str]:
    files = [f"--{table}={folder}/{table}.parquet" for table in ("touches", "orders")]
    options = [f"--models={models}", f"--memory={memory}", "--json"]
    rows = [] if out is None else [f"--out={out}"]
    return [sys.executable, "-m", "livingroom.measure", "credit", *files, *options, *rows]


if __name__ == "__main__":
    main()
