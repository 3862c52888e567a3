"""What a network did to us, as exceptions that know what may be done next.

NetworkError
├── AuthExpired      the session or token is no longer accepted: connect the account again
├── Forbidden        the account may not do this; `scope` names the missing right
├── RateLimited      too many calls; try again at `retry_at`
├── OutOfCredit      the network wants to be paid first
├── Invalid          the network refuses what we sent; `field` says which part
├── Gone             what we asked for does not exist (any more)
├── Unavailable      the network could not be reached or said that nothing was done
├── OutcomeUnknown   the answer to a write was lost: look with `find_published`, never send again blindly
└── SpecDrift        the network answered in a form that its documentation does not know

`permanent`: trying again without a change by a person is useless.
`outcome_unknown`: something may have been written on the network all the same.
"""

from datetime import datetime


class NetworkError(Exception):
    permanent = False
    outcome_unknown = False

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class AuthExpired(NetworkError):
    permanent = True


class Forbidden(NetworkError):
    permanent = True

    def __init__(self, text: str, scope: str = "") -> None:
        super().__init__(text)
        self.scope = scope


class RateLimited(NetworkError):
    def __init__(self, text: str, retry_at: datetime) -> None:
        super().__init__(text)
        self.retry_at = retry_at


class OutOfCredit(NetworkError):
    permanent = True


class Invalid(NetworkError):
    permanent = True

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class Gone(NetworkError):
    permanent = True


class Unavailable(NetworkError):
    def __init__(self, text: str, retry_at: datetime | None = None) -> None:
        super().__init__(text)
        self.retry_at = retry_at


class OutcomeUnknown(NetworkError):
    outcome_unknown = True


class SpecDrift(NetworkError):
    permanent = True
