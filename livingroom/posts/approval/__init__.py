"""Nothing that needs approval goes out without it."""
