import numpy as np

from livingroom.links.agents import classify
from livingroom.world.agents import AGENTS
from livingroom.world.generate import World
from livingroom.world.period import END, HOUR


def test_a_million_clicks_or_so_and_a_third_of_them_machines(corner_pc: World) -> None:
    clicks = corner_pc.clicks

    assert 600_000 < len(clicks) < 1_000_000
    assert 0.3 < clicks.is_machine.mean() < 0.45


def test_nobody_clicks_a_post_before_it_is_out(corner_pc: World) -> None:
    clicks, placements = corner_pc.clicks, corner_pc.placements
    social = clicks.link < len(placements)

    assert (clicks.at[social] > placements.at[clicks.link[social]]).all()
    assert (clicks.at < END).all()


def test_no_machine_that_names_itself_passes_for_a_person() -> None:
    for agent in AGENTS:
        if agent.kind != "person":
            verdict = classify(agent.text, agent.method, agent.purpose)
            # A robot that sends HEAD may be known by its name too.
            assert verdict.click_class in {agent.kind, "bot"}, agent.text


def test_nearly_all_people_pass_for_people(corner_pc: World) -> None:
    clicks = corner_pc.clicks
    verdicts = [classify(agent.text, agent.method, agent.purpose).click_class for agent in AGENTS]

    is_human = np.array([verdict == "human" for verdict in verdicts])
    assert is_human[clicks.agent[~clicks.is_machine]].mean() > 0.97


def test_most_clicks_come_within_hours(corner_pc: World) -> None:
    clicks, placements = corner_pc.clicks, corner_pc.placements
    people = (clicks.link < len(placements)) & ~clicks.is_machine

    age = clicks.at[people] - placements.at[clicks.link[people]]
    assert 0.5 < np.mean(age < 6 * HOUR) < 0.9


def test_some_machines_hide_behind_a_browsers_name(corner_pc: World) -> None:
    clicks = corner_pc.clicks
    person_agents = [number for number, agent in enumerate(AGENTS) if agent.kind == "person"]

    hidden = clicks.is_machine & np.isin(clicks.agent, person_agents)
    assert 2_000 < hidden.sum() < 20_000
