"""`livingroom measure …`: what posts, codes and conversations earned, for files and without a server."""

import click

from livingroom.measure.commands.lazy import LazyGroup

COMMANDS = "livingroom.measure.commands"


class Measuring(LazyGroup):
    places = {
        "credit": (f"{COMMANDS}.credit:credit", "Divide every order's net revenue among its touches."),
        "evidence": (f"{COMMANDS}.evidence:evidence", "Grade every order by what speaks for a social touch."),
        "paths": (f"{COMMANDS}.paths:paths", "Credit for journeys written as paths: heuristics and Markov."),
        "leaks": (
            f"{COMMANDS}.leaks:leaks",
            "Which codes leaked, since when, and what remains of their revenue.",
        ),
        "design": (f"{COMMANDS}.design:design", "Plan an experiment: who is left out, and what it can show."),
        "lift": (f"{COMMANDS}.lift:lift", "What was added, from an experiment or from history."),
        "return": (f"{COMMANDS}.returns:returns", "What it earned after all costs, and how sure that is."),
        "exchange": (f"{COMMANDS}.exchange:exchange", "To and from marketing-mix models of others."),
        "claim": (f"{COMMANDS}.claim:claim", "Freeze a figure with its evidence, or recompute one."),
        "spikes": (f"{COMMANDS}.spikes:spikes", "When more was said than the days before explain."),
        "prevalence": (
            f"{COMMANDS}.prevalence:prevalence_command",
            "The share of negatives, corrected by an audit.",
        ),
        "service": (f"{COMMANDS}.service:service", "How soon and how well people were answered."),
        "ranking": (f"{COMMANDS}.ranking:ranking", "Ideas in order: now, popular, votes per exposure."),
        "ballots": (f"{COMMANDS}.ballots:ballots", "Votes that look as if they were cast together."),
        "language": (f"{COMMANDS}.language:language", "Which of your languages each text is in."),
        "spam": (f"{COMMANDS}.spam:spam", "Which comments are advertising."),
        "sentiment": (f"{COMMANDS}.sentiment:sentiment", "Whether texts are negative, neutral or positive."),
        "topics": (f"{COMMANDS}.topics:topics", "Which topic each text belongs to, from a few examples."),
    }


@click.group(cls=Measuring, context_settings={"help_option_names": ["-h", "--help"]})
def measure() -> None:
    """What posts, codes and conversations earned, from files and without a server."""
