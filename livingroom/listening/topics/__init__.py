"""Topics: a small language of queries, a matcher that is quick for hundreds of them, and what may be done with them."""
