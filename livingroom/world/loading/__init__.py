"""The world put into the house: bulk paths that write the same rows as the real operations, only faster."""
