"""Whom the staff's menu shows a page: a room whose page is not for all of us says for whom. Everybody else sees the way there."""

from collections.abc import Callable

Allowed = Callable[[object], bool]
_kept: dict[str, Allowed] = {}


def show_only(view: str, allowed: Allowed) -> None:
    """Show the page `view` only to staff whom `allowed` lets in; the page itself still checks."""
    _kept[view] = allowed


def is_shown(view: str, staff: object) -> bool:
    return view not in _kept or _kept[view](staff)
