"""One way through the data: read, look at every shard, add up; and again for the rows of models that learn."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from livingroom.measure.channels import in_memory
from livingroom.measure.channels.bootstrap import Bootstrap
from livingroom.measure.channels.gathering import RULES, Gathering
from livingroom.measure.channels.learning import LEARNED
from livingroom.measure.channels.tally import Integers
from livingroom.measure.channels.totals import Totals, add_up
from livingroom.measure.engine import Workspace, quoted
from livingroom.measure.intake import Intake, Options, Shard
from livingroom.measure.outputs import Collector
from livingroom.measure.problems import InputError
from livingroom.measure.progress import Progress
from livingroom.measure.small_columns import texts, whole_numbers
from livingroom.measure.sources import Source

ALL_MODELS = (*RULES, *LEARNED)
STEPS = ("journeys", "contacts", "decay", "divided")
_NEED_NULL_JOURNEYS = ("markov", "markov_2", "markov_3", "shapley_rate")


def options_for(
    models: tuple[str, ...], window_days: float, currency: str | None, strict: bool, rejected_path: Path | None,
    merge_rare: int | None,
) -> Options:  # fmt: skip
    """Check what was asked for and say what must be read. Raises InputError."""
    unknown = [model for model in models if model not in ALL_MODELS]
    if unknown or not models:
        named = f"There is no rule {', '.join(unknown)}" if unknown else "No rule was named"
        raise InputError([f"{named}. The rules are {', '.join(ALL_MODELS)}."])
    if merge_rare is not None and merge_rare < 2:
        raise InputError([f"Rare channels can be merged into one of 2 or more, not of {merge_rare}."])
    needs_nulls = any(model in _NEED_NULL_JOURNEYS for model in models)
    return Options(window_days, currency, strict, rejected_path, with_null_journeys=needs_nulls)


class Run:
    """The workspace, the input and what was counted so far."""

    def __init__(
        self,
        workspace: Workspace,
        touches: Source,
        orders: Source,
        models: tuple[str, ...],
        options: Options,
        progress: Progress,
        bootstrap: Bootstrap | None,
        self_transitions: bool,
        merge_rare: int | None,
    ) -> None:
        progress(0, 0, "Reading")
        self.workspace, self.progress, self.self_transitions = workspace, progress, self_transitions
        self.models = tuple(dict.fromkeys(models))
        self.bootstrap = bootstrap or Bootstrap()
        self.intake = Intake(workspace, touches, orders, options)
        self.n_orders = self.intake.n_orders
        self.gathering = Gathering(self.intake, self.models, merge_rare, self_transitions)
        self.learns = self.gathering.learns
        listed = ", ".join(f"({quoted(model)})" for model in self.models)
        workspace.table("models", f"SELECT m.model FROM (VALUES {listed}) AS m (model)")
        self._weigh({})

    def _weigh(self, weights: dict[str, Integers]) -> None:
        rows = [
            (model, place, int(weight))
            for model, column in weights.items()
            for place, weight in enumerate(column, start=1)
        ]
        models, places, numbers = zip(*rows, strict=True) if rows else ((), (), ())
        columns = {"model": texts(models), "place": whole_numbers(places), "weight": whole_numbers(numbers)}
        self.workspace.keep("channel_weights", pa.table(columns))

    def look(self, doing: str, collector: Collector | None = None) -> Totals:
        """Count everything; write the rows, too, where the collector is given."""
        if collector is None and in_memory.can_count(self.workspace, self.gathering):
            in_memory.gather(
                self.intake,
                self.gathering,
                self._count_by_queries,
                lambda n_done: self.progress(n_done, self.n_orders, doing),
            )
        else:
            self._count(self.intake.shards(), doing, collector)
        self.progress(self.n_orders, self.n_orders, "Adding up")
        return add_up(self.gathering, self.models, self.bootstrap, self.workspace.threads)

    def _count_by_queries(self, touches: str, orders: str, n_rows: int) -> None:
        self._count(self.intake.shards(touches, orders, n_rows), "Counting apart", None)

    def _count(self, shards: Iterable[Shard], doing: str, collector: Collector | None) -> None:
        n_done = 0
        for shard in shards:
            self._tell(n_done, doing, shard)
            self.workspace.results(STEPS if self.gathering.counts_rules else STEPS[:2])
            self.gathering.take()
            if collector is not None:
                self._collect(collector)
            n_done += shard.n_orders

    def write_rows(self, totals: Totals, collector: Collector) -> None:
        """Divide every order, now that the weights of all channels are known."""
        self._weigh(totals.weights)
        n_done = 0
        # Who never ordered has no row.
        for shard in self.intake.shards("touches_of_buyers"):
            self._tell(n_done, "Dividing", shard)
            self.workspace.results(STEPS)
            self._collect(collector)
            n_done += shard.n_orders

    def _collect(self, collector: Collector) -> None:
        for name in ("learned", "credit"):
            self.workspace.named_query(name)
        collector.take()

    def _tell(self, n_done: int, doing: str, shard: Shard) -> None:
        self.progress(n_done, self.n_orders, f"{doing} {shard.number + 1} of {shard.n_shards}")
