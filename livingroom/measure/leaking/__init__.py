"""How a leak is told from lost cookies: baseline, change, correction. docs/methods/leaks.md explains."""
