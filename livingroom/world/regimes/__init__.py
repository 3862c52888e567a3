"""A shop whose truth is known: four regimes, every nuisance, any size. docs/world.md explains."""
