"""Export of everything the house knows about one person."""
