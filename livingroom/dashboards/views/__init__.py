from livingroom.dashboards.views.after_answers import after_answers, after_answers_export
from livingroom.dashboards.views.by_segment import (
    by_segment,
    by_segment_export,
    segment_pair,
    segment_pair_export,
)
from livingroom.dashboards.views.clicks import clicks
from livingroom.dashboards.views.credit import credit, credit_export
from livingroom.dashboards.views.leaks import leak, leak_rotate, leak_stop, leaks, leaks_export
from livingroom.dashboards.views.ledger import ledger, ledger_export
from livingroom.dashboards.views.overview import overview
from livingroom.dashboards.views.receipt import receipt
from livingroom.dashboards.views.returns import returns, returns_export

__all__ = [
    "after_answers",
    "after_answers_export",
    "by_segment",
    "by_segment_export",
    "clicks",
    "credit",
    "credit_export",
    "leak",
    "leak_rotate",
    "leak_stop",
    "leaks",
    "leaks_export",
    "ledger",
    "ledger_export",
    "overview",
    "receipt",
    "returns",
    "returns_export",
    "segment_pair",
    "segment_pair_export",
]
