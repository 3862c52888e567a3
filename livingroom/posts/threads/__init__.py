"""A placement in several parts: a thread, and the first comment below it."""
