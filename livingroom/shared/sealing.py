"""What must be readable again, at rest: sealed with the first of settings.CREDENTIAL_KEYS, opened with any of them."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class CannotUnseal(Exception):
    """None of the keys opens it: a key was lost, or the database belongs to another installation."""


def seal_text(text: str) -> str:
    return sealing_keys().encrypt(text.encode()).decode()


def unseal_text(sealed: str) -> str:
    """Raises CannotUnseal."""
    try:
        return sealing_keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal("None of CREDENTIAL_KEYS opens this. Add the older key.") from None


def sealing_keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            "CREDENTIAL_KEYS must hold Fernet keys, newest first, with commas between. Make one with: "
            'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from error
