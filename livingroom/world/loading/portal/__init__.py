"""Corner PC's ideas portal: half a year of ideas, votes, words and answers, from the simulated portal with its known truth."""

from livingroom.world.loading.portal.building import load_ideas

__all__ = ["load_ideas"]
