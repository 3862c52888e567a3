"""What somebody wants to do before we know them: it waits in their letter, and is done once they opened it.

A room above names its deeds: `add_deed("vote", function)`. The function gets the member and what was given, as JSON can hold it,
and returns where to go on; it must be harmless to repeat.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from livingroom.people.members.models import Member

Given = dict[str, Any]
Deed = Callable[[Member, Given, datetime], str]

SALT = "a deed of a visitor"
A_DAY = 24 * 3600
_deeds: dict[str, Deed] = {}


class CannotDo(ValueError):
    """The words say to the visitor why not, in English; rooms that know other words for it say them by `add_teller`."""


class ClosedOut(CannotDo):
    """This address may do no more here."""

    def __init__(self) -> None:
        super().__init__("This address was closed here. Write to us when that is wrong.")


# The reason in a language, or nothing when it is not the room's own.
Teller = Callable[[CannotDo, str], str]
_tellers: list[Teller] = []


def add_deed(kind: str, deed: Deed) -> None:
    """Let a room say what a visitor may do by a letter."""
    _deeds[kind] = deed


def add_teller(teller: Teller) -> None:
    """Let a room say its reasons in the languages it has."""
    _tellers.append(teller)


def said_in(problem: CannotDo, language: str) -> str:
    """Why not, in the visitor's language; in English where nobody knows other words."""
    from livingroom.people.members.words import words_in

    if isinstance(problem, ClosedOut):
        return words_in(language)["closed_out"]
    return next((words for teller in _tellers if (words := teller(problem, language))), str(problem))


def do(kind: str, member: Member, given: Given, now: datetime) -> str:
    """Do it, and return where to go on. Raises CannotDo."""
    if member.blocked_at is not None:
        raise ClosedOut
    return _deeds[kind](member, given, now)


def do_or_ask(request: HttpRequest, kind: str, given: Given, *, back: str, now: datetime) -> HttpResponse:
    """Do it for a member; ask anybody else for their address first. Raises CannotDo."""
    from livingroom.people.members.at_the_door import member_of
    from livingroom.people.members.views import ask_for_address

    member = member_of(request)
    if member is not None:
        return redirect(do(kind, member, given, now))
    return ask_for_address(request, deed=signed(kind, given), back=back)


def signed(kind: str, given: Given) -> str:
    """A deed as a form can carry it."""
    return signing.dumps([kind, given], salt=SALT, compress=True)


def unsigned(token: str) -> list[Any] | None:
    """The deed of a form; None when there is none or it is not ours."""
    try:
        kind, given = signing.loads(token, salt=SALT, max_age=A_DAY)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return [kind, given] if kind in _deeds else None
