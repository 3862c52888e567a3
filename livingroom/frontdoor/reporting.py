"""The form that reports an account works without a cookie: it carries a signed word that it came from our own page."""

from datetime import timedelta

from django.core import signing

OPEN_FOR = timedelta(hours=12)
_SALT = "frontdoor.report"


class Stale(ValueError):
    """The form was open for too long, or it is not ours."""


def form_token(account: str) -> str:
    return signing.dumps(account, salt=_SALT, compress=True)


def read_token(token: str) -> str:
    """The account that the form was about. Raises Stale."""
    try:
        return str(signing.loads(token, salt=_SALT, max_age=OPEN_FOR))
    except signing.BadSignature:
        raise Stale from None
