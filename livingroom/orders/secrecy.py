"""Secrets of shops at rest."""

import base64
import secrets
from functools import lru_cache

from livingroom.shared.sealing import CannotUnseal, seal_text, unseal_text


class SecretLost(Exception):
    """No key of CREDENTIAL_KEYS opens the secret."""


def seal(secret: str) -> str:
    return seal_text(secret)


@lru_cache(maxsize=256)
def unseal(token: str) -> str:
    """Open a sealed secret. Raises SecretLost when the key it was sealed with is gone."""
    try:
        return unseal_text(token)
    except CannotUnseal:
        raise SecretLost(
            "The key that sealed this shop's secret is not among CREDENTIAL_KEYS: rotate the secret."
        ) from None


def new_webhook_secret() -> str:
    """A secret as Standard Webhooks writes it: `whsec_` and 24 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
