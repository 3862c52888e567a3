"""What is counted shard by shard, so that models can be learned and intervals made without a second look at touches."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from livingroom.measure.channels.bootstrap import N_BUCKETS
from livingroom.measure.channels.chain import Steps
from livingroom.measure.channels.dividing import Orders
from livingroom.measure.channels.markov import ORDERS
from livingroom.measure.channels.tally import Columns, Counted, Integers, Tally
from livingroom.measure.engine import read_sql
from livingroom.measure.intake import Intake
from livingroom.measure.problems import InputError
from livingroom.measure.small_columns import texts, whole_numbers

RULES = ("last", "first", "linear", "time_decay", "position")
OTHERS = "other channels"
_CHANNELS = "SELECT t.channel, count(*) FROM touches_used AS t WHERE t.kind <> 'answer' GROUP BY t.channel"
# A set of channels and the bucket of its person share one whole number.
MOST_CHANNELS = 50


@dataclass(frozen=True)
class Channels:
    """The channels of all touches, and how they are counted.

    Parameters
    ----------
    names : tuple of str
        In the order in which they are numbered; the rare ones together as the last where they were merged.
    number_of : dict of str to int
        The number of each channel, from 1.
    n_touches : int
        How many touches there are.
    """

    names: tuple[str, ...]
    number_of: dict[str, int]
    n_touches: int


def find_channels(intake: Intake, merge_rare: int | None) -> Channels:
    """Number the channels by name; of more than `merge_rare`, the ones with the fewest touches count as one."""
    touches = {str(channel): int(str(n_touches)) for channel, n_touches in intake.workspace.rows(_CHANNELS)}
    kept = sorted(touches)
    if merge_rare is not None and len(kept) > merge_rare:
        frequent = sorted(touches, key=lambda channel: (-touches[channel], channel))
        kept = [*sorted(frequent[: merge_rare - 1]), OTHERS]
    number_of = {channel: kept.index(channel) + 1 if channel in kept else len(kept) for channel in touches}
    return Channels(tuple(kept), number_of, sum(touches.values()))


class Gathering:
    """Takes the named results of one shard after another."""

    def __init__(
        self, intake: Intake, models: tuple[str, ...], merge_rare: int | None, self_transitions: bool
    ) -> None:
        self.workspace = intake.workspace
        self.channels = find_channels(intake, merge_rare)
        found = self.workspace.rows("SELECT DISTINCT o.currency FROM orders_sound AS o ORDER BY 1")
        self.currencies = tuple(str(currency) for (currency,) in found)
        self.memory = max((ORDERS[model] for model in models if model in ORDERS), default=0)
        self.learns = any(model not in RULES for model in models)
        self.counts_rules = any(model in RULES for model in models)
        self.counts_null_sets = "shapley_rate" in models
        self.step_source = "steps" if self_transitions else "new_steps"
        self._refuse_too_many()
        rewards = tuple(f"reward_{number}" for number in range(len(self.currencies)))
        self.rules = Tally(tuple(f"{rule}_{unit}" for rule in RULES for unit in ("shares", "minor")))
        self.steps = Tally(("steps", "converted", *rewards))
        self.sets = Tally(("orders", "journeys", *rewards))
        self.orders: list[Orders] = []
        self.n_null_journeys = 0
        self._prepare()

    def _refuse_too_many(self) -> None:
        if self.learns and len(self.channels.names) > MOST_CHANNELS:
            raise InputError(
                [
                    f"There are {len(self.channels.names)} channels; models that learn take {MOST_CHANNELS} at most. "
                    f"Count the rare ones as one with --merge-rare 20, or ask for {', '.join(RULES)} only."
                ]
            )

    def _prepare(self) -> None:
        numbers = list(self.channels.number_of.values())
        # Rules look at no sets: where no model learns, one bit says that there was a contact at all.
        bits = [1 << (number - 1) if self.learns else 1 for number in numbers]
        columns = {
            "channel": texts(list(self.channels.number_of)),
            "place": whole_numbers(numbers),
            "bit": whole_numbers(bits),
        }
        self.workspace.keep("channels", pa.table(columns))
        numbered = {"currency": texts(self.currencies), "number": whole_numbers(range(len(self.currencies)))}
        self.workspace.keep("currencies", pa.table(numbered))
        self.base = len(self.channels.names) + 1
        self.workspace.table(
            "chain",
            f"SELECT CAST({self.memory} AS BIGINT) AS memory, CAST({self.base} AS BIGINT) AS base",
        )

    def take(self) -> None:
        """Count the shard that is ready now; `journeys`, `contacts` and, for rules, `divided` are there."""
        self.workspace.results(["payers"])
        if self.counts_rules:
            self._take_rules()
        self._take_orders()
        if self.memory or self.counts_null_sets:
            self._walk_null_journeys()
        if self.memory:
            self._take_steps()
        if self.counts_null_sets:
            self._take_null_sets()

    def _walk_null_journeys(self) -> None:
        self.workspace.results(["people"])
        self.workspace.named_query("null_events")
        if self.memory == 1 and self.step_source == "steps" and not self.counts_null_sets:
            self.workspace.view("null_steps", read_sql("null_pairs"))
        else:
            self.workspace.results(["null_steps"])

    def _take_rules(self) -> None:
        self.workspace.named_query("rule_totals")
        self.add_rules(self._columns("SELECT r.* FROM rule_totals AS r"))

    def _take_orders(self) -> None:
        self.workspace.named_query("coalitions")
        self.add_orders(self._columns("SELECT c.* FROM coalitions AS c"))

    def _take_steps(self) -> None:
        self.workspace.named_query("order_steps")
        self.workspace.named_query(self.step_source)
        if self.step_source != "steps":
            self.workspace.view("steps", f"SELECT s.* FROM {self.step_source} AS s")
        self.workspace.named_query("moves")
        self.add_moves(self._columns("SELECT m.* FROM moves AS m"))

    def _take_null_sets(self) -> None:
        self.workspace.named_query("null_coalitions")
        self.add_null_sets(self._columns("SELECT c.* FROM null_coalitions AS c"))

    def add_rules(self, rows: Columns) -> None:
        """Add rows of sql/rule_totals.sql."""
        cells = rows["currency_number"].astype(np.int64) * self.base + rows["place"].astype(np.int64)
        self.rules.add(rows["bucket"].astype(np.int64), cells, rows)

    def add_orders(self, rows: Columns) -> None:
        """Add rows of sql/coalitions.sql: every order with the channels that it met."""
        bucket, currency, revenue, members = (
            rows[name].astype(np.int64) for name in ("bucket", "currency_number", "revenue_minor", "members")
        )
        self.orders.append(Orders(bucket.astype(np.uint8), currency.astype(np.int16), revenue, members))
        met = members > 0
        one = np.ones(met.sum())
        counts = {"orders": one, "journeys": one}
        for number in range(len(self.currencies)):
            counts[f"reward_{number}"] = np.where(currency == number, revenue, 0)[met]
        self.sets.add(bucket[met], members[met], counts)

    def add_moves(self, rows: Columns) -> None:
        """Add rows of sql/moves.sql: how often each channel was met after each history."""
        bucket, state, place, ending, n_steps, revenue = (
            rows[name].astype(np.int64)
            for name in ("bucket", "state", "place", "ending", "n_steps", "revenue_minor")
        )
        keys, won = (state * self.base + place) * N_BUCKETS + bucket, ending > 1
        self.add_steps(keys, n_steps)
        self.add_endings(keys[won], n_steps[won], ending[won] - 2, revenue[won])
        self.n_null_journeys += int(n_steps[ending == 1].sum())

    def add_steps(self, keys: Integers, n_steps: Integers) -> None:
        """Add steps of any kind; a key is (history times base plus channel) times 256 plus bucket."""
        self.steps.add_to("steps", keys, n_steps)

    def add_endings(
        self, keys: Integers, n_orders: Integers, currency: Integers, revenue_minor: Integers
    ) -> None:
        """Add which of those steps ended in an order, and what the orders brought."""
        self.steps.add_to("converted", keys, n_orders)
        for number in range(len(self.currencies)):
            mine = currency == number
            self.steps.add_to(f"reward_{number}", keys[mine], revenue_minor[mine])

    def add_null_sets(self, rows: Columns) -> None:
        """Add rows of sql/null_coalitions.sql: how many null journeys met exactly which channels."""
        n_journeys = rows["n_journeys"].astype(np.int64)
        none = np.zeros(len(n_journeys))
        counts = dict.fromkeys(self.sets.names, none) | {"journeys": n_journeys}
        self.sets.add(rows["bucket"].astype(np.int64), rows["members"].astype(np.int64), counts)
        if not self.memory:
            self.n_null_journeys += int(n_journeys.sum())

    def _columns(self, sql: str) -> Columns:
        table = self.workspace.arrow(sql)
        return {name: np.asarray(table.column(name).to_numpy()) for name in table.column_names}

    def finish(self) -> tuple[Counted, Counted, Steps | None, Orders]:
        """Return the rules' totals, the sets of channels, the steps, and all orders."""
        parts = self.orders
        orders = Orders(
            np.concatenate([part.bucket for part in parts]), np.concatenate([part.currency for part in parts]),
            np.concatenate([part.revenue_minor for part in parts]), np.concatenate([part.members for part in parts]),
        )  # fmt: skip
        steps = (
            Steps(self.steps.finish(), self.base, self.memory, len(self.currencies)) if self.memory else None
        )
        return self.rules.finish(), self.sets.finish(), steps, orders
