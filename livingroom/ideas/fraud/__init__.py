"""Votes that look as if they were cast together: found by rule, held, and decided by a person with a public reason."""
