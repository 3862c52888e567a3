"""Background work: the calendar starts experiments and ends them."""

from datetime import datetime

from livingroom.experiments.operations import go_on


def tick(now: datetime) -> None:
    """Do what is due this second. One process calls it, once a second."""
    go_on(now)
