"""Who is behind a click: a person, a preview, a bot. Pure functions, so that raw clicks can be classed again."""

from livingroom.links.agents.classify import CLASSIFIER, Verdict, classify
from livingroom.links.agents.rerun import reclassify

__all__ = ["CLASSIFIER", "Verdict", "classify", "reclassify"]
