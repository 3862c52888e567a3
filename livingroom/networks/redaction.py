"""Keep secrets out of errors and logs."""

import re

HIDDEN = "[hidden]"
# Tokens travel in headers and bodies; these patterns catch what a server echoes back to us.
_PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic|dpop)\s+[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(
        r"(?i)(access_?token|access_?jwt|refresh_?jwt|refresh_?token|password|secret|api_?key)"
        r"([\"']?\s*[=:]\s*[\"']?)(?!\[hidden\])[^\s\"'&,}]{4,}"
    ),
)


class Redactor:
    """Knows the secrets of one account and takes them out of any text."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def hide(self, *secrets: str) -> None:
        self._secrets.update(secret for secret in secrets if len(secret) >= 4)

    def clean(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(_keep_the_name, text)
        return text


def _keep_the_name(match: re.Match[str]) -> str:
    groups = match.groups()
    if len(groups) == 2:
        return f"{groups[0]}{groups[1]}{HIDDEN}"
    return f"{groups[0]} {HIDDEN}" if groups else HIDDEN
