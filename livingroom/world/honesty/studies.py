"""What is tried, how often, and which bars it has to keep."""

from __future__ import annotations

from livingroom.world.honesty.running import Study

LIFTS = (0.0, 0.05, 0.2)

STUDIES = (
    Study(
        "Geo holdout", "40 places, half left out by strata of size for 60 days after 60 days of record",
        "holdouts:geo", power_lift=0.03, n_power=1500,
    ),
    Study("Geo holdout, pairs", "the same, one of each pair of places alike", "holdouts:geo", options={"method": "paired"}),
    Study("Geo holdout, 16 places", "as few places as are allowed", "holdouts:geo", options={"n_units": 16}),
    Study(
        "Switchback, 40 places", "six blocks of 20 days, the first 10 of each washed out, errors by place",
        "switches:switchback", power_lift=0.02, n_power=1500,
    ),
    Study(
        "Switchback, 8 branches", "the same, re-randomised", "switches:switchback", options={"n_units": 8},
        power_lift=0.05, n_power=1500,
    ),
    Study(
        "One branch alone", "240 days, coins at the best points, carry-over of 10 days", "switches:single",
        power_lift=0.2, n_power=300,
    ),
    Study("Few treated", "3 of 40 places for 30 days, synthetic difference in differences", "holdouts:few"),
    Study("Holdout of people", "20,000 customers, their past known", "persons:people", power_lift=0.12),
    Study("Code lottery", "3,000 visitors, half of them win", "persons:codes", power_lift=0.15),
    Study("History, modelled", "one series that follows two controls, nothing randomised", "series:history"),
    Study(
        "History, noisy controls", "the same, but the controls measure what it follows with noise", "series:history",
        options={"leans_on": "what is behind"},
    ),
)  # fmt: skip

REGIMES = ("A", "B", "C", "D")
N_CLAIMS = 160
LEAK_REGIMES = ("A", "B", "C", "D")
N_LEAKS = 4
