"""The share of negatives: what machines count, corrected by what people read in a random sample."""
