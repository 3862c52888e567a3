"""A simulated brand with known truth: Corner PC, 2007 to 2009."""
