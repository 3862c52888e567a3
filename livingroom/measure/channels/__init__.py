"""Credit that is learned from all journeys: Markov chains, Shapley values, and how sure they are."""
