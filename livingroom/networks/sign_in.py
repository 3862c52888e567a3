"""The way over the network's own pages and back: a word (`state`) that is used once, within minutes, by the same person
in the same browser. What `begin` wants to find again waits encrypted in the database, never in the browser.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from livingroom.networks.connecting import AccountInfo, Choices, Connected, Redirect, new_state
from livingroom.networks.models import ConnectAttempt
from livingroom.networks.vault import CannotDecrypt, seal, unseal
from livingroom.people.models import Staff

ALLOWED_MINUTES = timedelta(minutes=20)


class WayLost(ValueError):
    """What came back belongs to no attempt of this person in this browser, or to one that is used or too old."""


class CannotBeUsed(ValueError):
    """The account is known, but what it was meant for cannot have it."""


@dataclass(frozen=True)
class Visit:
    """Who is connecting what: `browser` is a word kept in the browser's session."""

    browser: str
    redirect_uri: str
    subject: str = ""
    then: str = ""


@dataclass(frozen=True)
class Choosing:
    """Several accounts were allowed: the person takes one, by its number, with this `state`."""

    state: str
    network: str
    accounts: tuple[AccountInfo, ...]
    then: str


@dataclass(frozen=True)
class Taken:
    """An attempt that nobody can use a second time."""

    network: str
    subject: str
    then: str
    kept: Mapping[str, str]


def remember(*, staff: Staff, network: str, redirect: Redirect, visit: Visit, now: datetime) -> None:
    """Write down that this person went to the network's pages. Sweeps away what is too old."""
    ConnectAttempt.objects.filter(expires_at__lt=now).delete()
    ConnectAttempt.objects.create(
        state_digest=digest(redirect.state),
        browser_digest=digest(visit.browser),
        staff=staff,
        network=network,
        subject=visit.subject,
        then=visit.then,
        kept_encrypted=seal(redirect.kept),
        begun_at=now,
        expires_at=now + ALLOWED_MINUTES,
    )


def take(*, staff: Staff, state: str, browser: str, now: datetime) -> Taken:
    """The attempt that this word belongs to, once. Raises WayLost."""
    attempt = ConnectAttempt.objects.filter(
        state_digest=digest(state), browser_digest=digest(browser), staff=staff, expires_at__gte=now
    ).first()
    # Whoever deletes the row has it: of two that come at once, one.
    if attempt is None or not ConnectAttempt.objects.filter(pk=attempt.pk).delete()[0]:
        raise WayLost(
            "This way in was used already, is too old, or was begun in another browser. Begin again."
        )
    try:
        return Taken(attempt.network, attempt.subject, attempt.then, unseal(attempt.kept_encrypted))
    except CannotDecrypt as error:
        raise WayLost(str(error)) from None


def remember_choices(
    *, staff: Staff, taken: Taken, choices: Choices, visit: Visit, now: datetime
) -> Choosing:
    """Keep the accounts to choose from, under a new word."""
    state = new_state()
    kept = {str(number): _write(connected) for number, connected in enumerate(choices.accounts)}
    again = Visit(visit.browser, visit.redirect_uri, taken.subject, taken.then)
    remember(staff=staff, network=taken.network, redirect=Redirect("", state, kept), visit=again, now=now)
    return Choosing(state, taken.network, tuple(each.account for each in choices.accounts), taken.then)


def chosen(taken: Taken, number: str) -> Connected:
    """The account with this number. Raises WayLost."""
    if number not in taken.kept:
        raise WayLost("There is no such account to choose. Begin again.")
    return _read(taken.kept[number])


def digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _write(connected: Connected) -> str:
    account = connected.account
    return json.dumps(
        {
            "account": [
                account.account_id,
                account.handle,
                account.name,
                account.url,
                account.followers,
                account.n_posts,
            ],
            "scopes": sorted(account.scopes) if account.scopes is not None else None,
            "server_url": connected.server_url,
            "credentials": dict(connected.credentials),
            "expires_at": connected.expires_at.isoformat() if connected.expires_at else "",
        }
    )


def _read(text: str) -> Connected:
    told = json.loads(text)
    scopes = frozenset(told["scopes"]) if told["scopes"] is not None else None
    until = datetime.fromisoformat(told["expires_at"]) if told["expires_at"] else None
    number, handle, name, url, followers, n_posts = told["account"]
    account = AccountInfo(number, handle, name, url, followers, n_posts, scopes)
    return Connected(account, told["server_url"], told["credentials"], until)
