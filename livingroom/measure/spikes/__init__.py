"""Spikes and silence: when more, or less, is said than the days before explain. docs/methods/spikes.md explains."""

from livingroom.measure.spikes.buckets import Buckets, bucket_rows
from livingroom.measure.spikes.central import central_by_tokens, central_by_vector
from livingroom.measure.spikes.crisis import Crisis, crisis
from livingroom.measure.spikes.detector import SpikeDetector, detect
from livingroom.measure.spikes.files import Alert, Found, find_spikes, row_scores
from livingroom.measure.spikes.nab import NabScore, nab_score
from livingroom.measure.spikes.rule import Rule, Verdict
from livingroom.measure.spikes.series import Row, Series, read_series
from livingroom.measure.spikes.silence import Silence, silence, silence_at
from livingroom.measure.spikes.terms import NewTerm, new_terms

__all__ = [
    "Alert",
    "Buckets",
    "Crisis",
    "Found",
    "NabScore",
    "NewTerm",
    "Row",
    "Rule",
    "Series",
    "Silence",
    "SpikeDetector",
    "Verdict",
    "bucket_rows",
    "central_by_tokens",
    "central_by_vector",
    "crisis",
    "detect",
    "find_spikes",
    "nab_score",
    "new_terms",
    "read_series",
    "row_scores",
    "silence",
    "silence_at",
]
