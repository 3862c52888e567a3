"""Where mail goes: a server, or files in the data folder until one is set."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from livingroom.config.environment import EnvironmentProblem

PORTS = {"smtp": 587, "smtps": 465}


def mail_settings(url: str, home: Path) -> dict[str, Any]:
    """Django's mail settings for MAIL_URL. Raises EnvironmentProblem for anything but smtp:// and smtps://."""
    if not url:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": home / "mail"}
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise EnvironmentProblem(
            f"MAIL_URL must start with smtp:// or smtps:// and name a server, not {parts.scheme or url!r}. "
            "Example: MAIL_URL=smtp://user:secret@mail.example.com:587"
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 20,
    }
