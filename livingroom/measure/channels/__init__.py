"""Counting journeys, and what is learned from them: Markov chains, Shapley values, sums by channel, and how sure they are."""
