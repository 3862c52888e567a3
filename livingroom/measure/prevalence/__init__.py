"""The share of a class among many, counted by a classifier and corrected by an audit. docs/methods/prevalence.md explains."""

from livingroom.measure.prevalence.change import Change, compare
from livingroom.measure.prevalence.share import Audit, Prevalence, prevalence

__all__ = ["Audit", "Change", "Prevalence", "compare", "prevalence"]
