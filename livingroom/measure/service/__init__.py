"""How soon and how well people are answered. docs/methods/service.md explains.

Nothing is imported here: pages load `calendars` and `pauses`, and they need no numpy.
"""
