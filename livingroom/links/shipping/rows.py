"""Journal payloads as columns, with class and country. The network prefix ends here."""

from collections.abc import Sequence

import pyarrow as pa

from livingroom.links.agents import CLASSIFIER, Verdict, classify
from livingroom.links.redirector.clicks import decode
from livingroom.links.shipping.countries import country_of

TEST_LINK = Verdict("test", "the link is a test")

_BATCH = pa.schema(
    [
        ("click_id", pa.string()),
        ("at", pa.int64()),
        ("link_id", pa.int64()),
        ("is_test", pa.bool_()),
        ("visitor", pa.string()),
        ("prefix", pa.string()),
        ("method", pa.string()),
        ("purpose", pa.string()),
        ("referrer_host", pa.string()),
        ("agent", pa.string()),
    ]
)


def batch_of(payloads: Sequence[bytes]) -> pa.Table:
    """One row per click, with `prefix` still there for the bursts. Raises ValueError when a payload is no click."""
    columns = list(zip(*map(decode, payloads), strict=True)) or [()] * len(_BATCH)
    batch = pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, _BATCH, strict=True)], _BATCH
    )
    verdicts = _verdicts(
        columns[_at("agent")], columns[_at("method")], columns[_at("purpose")], columns[_at("is_test")]
    )
    for name, values in {
        "class": [verdict.click_class for verdict in verdicts],
        "reason": [verdict.reason for verdict in verdicts],
        "classifier": [CLASSIFIER] * len(verdicts),
        "country": [country_of(prefix) for prefix in columns[_at("prefix")]],
    }.items():
        batch = batch.append_column(name, pa.array(values, pa.string()))
    return batch


def _verdicts(
    agents: Sequence[str], methods: Sequence[str], purposes: Sequence[str], tests: Sequence[bool]
) -> list[Verdict]:
    known: dict[tuple[str, str, str], Verdict] = {}
    verdicts = []
    for agent, method, purpose, is_test in zip(agents, methods, purposes, tests, strict=True):
        key = (agent, method, purpose)
        verdict = known.get(key)
        if verdict is None:
            verdict = known[key] = classify(*key)
        verdicts.append(TEST_LINK if is_test and verdict.click_class == "human" else verdict)
    return verdicts


def _at(name: str) -> int:
    return int(_BATCH.get_field_index(name))
