"""Which codes are redeemed by people whom their placement never reached: measured, stored, and rung about."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial

import duckdb
import pyarrow as pa
from django.db.models import Q
from django.urls import reverse

from livingroom.attribution.difference import apply_difference
from livingroom.attribution.models import Leak, WholeRun
from livingroom.measure.leaks import CodeLeak, find_leaks
from livingroom.shared.events import raise_alarm, resolve_alarm
from livingroom.shared.models import Alarm

ALARM = "leak"
SEED = 2007
# Reasons are told in words; a column of text holds so many.
REASONS_AT_MOST = 2000
SCHEMA = pa.schema(
    [
        ("code_id", pa.int64()), ("placement_id", pa.int64()), ("is_leaking", pa.bool_()), ("leaks_from_on", pa.string()),
        ("found_on", pa.string()), ("n_redeemed", pa.int64()), ("n_touched", pa.int64()), ("n_expected_untouched", pa.float64()),
        ("n_leaked", pa.float64()), ("n_leaked_low", pa.float64()), ("n_leaked_high", pa.float64()),
        ("revenue_minor", pa.int64()), ("leaked_minor", pa.int64()), ("remaining_minor", pa.int64()),
        ("remaining_low_minor", pa.int64()), ("remaining_high_minor", pa.int64()), ("reasons_json", pa.string()),
        ("proposal", pa.string()), ("last_redeemed_on", pa.string()),
    ]
)  # fmt: skip


def prepare(duck: duckdb.DuckDBPyConnection, whole_run: WholeRun, now: datetime) -> Callable[[], int]:
    """Measure now; write what differs when the returned function is called."""
    found = _measure(duck, whole_run, now)
    codes = _codes(duck)
    rows = [_row(leak, *codes[leak.code]) for leak in found if leak.code in codes]
    duck.register("leaks", pa.Table.from_pylist(rows, schema=SCHEMA))
    return partial(apply_difference, duck, Leak, "leaks")


def ring(now: datetime) -> None:
    """One alarm for each code that leaks and still works; it stops when the code is stopped, over, or no longer leaking."""
    leaking = {
        f"code {leak.code.text}": leak
        for leak in Leak.objects.filter(is_leaking=True)
        .filter(Q(code__stopped_at=None) | Q(code__stopped_at__gt=now))
        .filter(Q(code__ends_at=None) | Q(code__ends_at__gt=now))
        .select_related("code", "placement__post", "placement__branch")
    }
    for alarm in Alarm.objects.ringing().filter(kind=ALARM):
        if alarm.subject not in leaking:
            resolve_alarm(kind=ALARM, subject=alarm.subject, now=now)
    for subject, leak in leaking.items():
        url = reverse("leak", args=[leak.code.text])
        raise_alarm(kind=ALARM, subject=subject, text=_alarm_text(leak), now=now, url=url)


def _alarm_text(leak: Leak) -> str:
    whose = f" of “{leak.placement.post.title}” on {leak.placement.branch}" if leak.placement else ""
    since = f" since {leak.leaks_from_on:%-d %b %Y}" if leak.leaks_from_on else ""
    return (
        f"The code {leak.code.text}{whose} leaks{since}: about {leak.n_leaked:.0f} of {leak.n_redeemed} orders "
        f"came from people whom it never reached. {leak.get_proposal_display()} it."
    )


def _measure(duck: duckdb.DuckDBPyConnection, whole_run: WholeRun, now: datetime) -> tuple[CodeLeak, ...]:
    if not duck.sql(
        "SELECT 1 FROM information_schema.tables WHERE table_name = 'touches_of_people'"
    ).fetchall():
        return ()
    touches = duck.sql(
        """
        SELECT CAST(customer_id AS VARCHAR) AS customer_id, touches.at, channel, touch_id, branch_id, placement_id, kind,
               class, nullif(code, '') AS code, nullif(code_kind, '') AS code_kind, country
        FROM touches
        UNION ALL
        -- Where a branch's visitors live and until when a post was met, also those show who bought nothing.
        SELECT customer_id, unknown_visitors.at, channel, touch_id, branch_id, placement_id, 'click', 'human', NULL, NULL,
               country
        FROM unknown_visitors
        """
    ).to_arrow_table()
    orders = duck.sql(
        """
        SELECT order_id, CAST(customer_id AS VARCHAR) AS customer_id, orders.at, reporting_minor AS revenue_minor, code,
               nullif(click_id, '') AS click_id, nullif(country, '') AS country, nullif(referrer_host, '') AS referrer_host
        FROM orders
        """
    ).to_arrow_table()
    if not orders.num_rows:
        return ()
    return find_leaks(
        duck,
        touches=touches,
        orders=orders,
        window_days=whole_run.window_days,
        currency=whole_run.currency,
        now=now,
        seed=SEED,
    )


def _codes(duck: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int | None, str | None]]:
    """Every redeemed code's number, its placement's, and the last day on which it was redeemed."""
    found = duck.sql(
        """
        SELECT codes.code, any_value(codes.code_id), any_value(links.placement_id),
               strftime(make_timestamp(max(touches.at)), '%Y-%m-%d')
        FROM touches
        JOIN codes ON codes.code = touches.code
        JOIN links ON links.link_id = codes.link_id
        WHERE touches.kind = 'code'
        GROUP BY codes.code
        """
    ).fetchall()
    return {code: (code_id, placement_id, last) for code, code_id, placement_id, last in found}


def _row(leak: CodeLeak, code_id: int, placement_id: int | None, last: str | None) -> dict[str, object]:
    return {
        "code_id": code_id,
        "placement_id": placement_id,
        "is_leaking": leak.is_leaking,
        "leaks_from_on": leak.leaks_from_on.isoformat() if leak.leaks_from_on else None,
        "found_on": leak.found_on.isoformat() if leak.found_on else None,
        "n_redeemed": leak.n_uses,
        "n_touched": leak.n_touched,
        "n_expected_untouched": round(leak.n_expected_untouched, 6),
        "n_leaked": round(leak.n_leaked.value, 6),
        "n_leaked_low": round(leak.n_leaked.low, 6),
        "n_leaked_high": round(leak.n_leaked.high, 6),
        "revenue_minor": leak.revenue_minor,
        "leaked_minor": leak.leaked_minor,
        "remaining_minor": leak.remaining_minor,
        "remaining_low_minor": round(leak.remaining.low),
        "remaining_high_minor": round(leak.remaining.high),
        "reasons_json": _reasons(leak),
        "proposal": leak.proposal,
        "last_redeemed_on": last,
    }


def _reasons(leak: CodeLeak) -> str:
    """As JSON, the weightiest first; what no longer fits is left out whole."""
    told = [
        {"name": one.name, "n": one.n_uses, "minor": one.revenue_minor, "sentence": one.sentence}
        for one in leak.reasons
    ]
    while len(text := json.dumps(told, ensure_ascii=False)) > REASONS_AT_MOST:
        told.pop()
    return text
