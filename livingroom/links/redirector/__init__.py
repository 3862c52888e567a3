"""The redirector: a small process of its own that answers short links from memory and writes each click down before it does.

Nothing here imports Django, so it starts in a moment, stays small, and goes on when the pages are down.
"""
