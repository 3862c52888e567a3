"""Who clicked, without knowing who: a hash whose key is destroyed, or our own cookie where the brand's consent covers it.

The address is used here, in memory, and goes no further: on disk there is only its hash and its /24 or /48.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from livingroom.links.redirector.click_id import random_letters

COOKIE = "lr_visitor"
COOKIE_SECONDS = 395 * 24 * 3600  # 13 months, counted from the first visit: it is never renewed
KEY_HOURS = 48

_COOKIE_VALUE = re.compile(r"(?:^|;\s*)" + COOKIE + r"=([0-9a-hjkmnp-tv-z]{24})(?:;|$)")
_IPV4 = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}", re.ASCII)
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def cookie_in(header: str | None) -> str:
    """Our visitor id in a Cookie header, or nothing; whatever we did not write is ignored."""
    match = _COOKIE_VALUE.search(header) if header else None
    return match[1] if match else ""


def new_cookie(host: str) -> tuple[str, str]:
    """A fresh visitor id and the Set-Cookie value that carries it."""
    value = random_letters(24)
    secure = "" if host.rsplit(":", 1)[0] in _LOCAL_HOSTS or host == "[::1]" else "; Secure"
    return value, f"{COOKIE}={value}; Max-Age={COOKIE_SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}"


def bare_address(text: str) -> str:
    """An address without brackets and port, both of which some proxies write."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def network_prefix(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address, nothing when it is neither."""
    if ":" not in address:
        match = _IPV4.fullmatch(address)
        return match[1] + ".0" if match else ""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return ""
    if parsed.ipv4_mapped is not None:
        return network_prefix(str(parsed.ipv4_mapped))
    return str(IPv6Address(int(parsed) >> 80 << 80))


class DailyKeys:
    """The key of the visitor hash: one a day, shared by the workers of a machine, gone from the disk after 48 hours."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._day = -1
        self._key = b""

    def hash(self, now_microseconds: int, address: str, agent: str, host: str) -> str:
        day = now_microseconds // 86_400_000_000
        if day != self._day:
            self._day, self._key = day, self._turn(day)
        digest = blake2b(
            f"{address}\n{host}\n{agent}".encode("utf-8", "replace"), digest_size=12, key=self._key
        )
        return digest.hexdigest()

    def _turn(self, day: int) -> bytes:
        today = datetime.fromtimestamp(day * 86_400, UTC)
        try:
            destroy_old_keys(self._directory, now=today)
            return _stored_key(self._directory / f"{today:%Y-%m-%d}.key")
        except OSError:
            # A full disk must not stop redirects: this worker counts visitors with a key of its own for the day.
            return os.urandom(32)


def destroy_old_keys(directory: Path, *, now: datetime) -> int:
    """Destroy the keys of days that began 48 hours ago or earlier. Returns how many."""
    oldest_kept = f"{now - timedelta(hours=KEY_HOURS):%Y-%m-%d}.key"
    expired = [path for path in directory.glob("*.key") if path.name <= oldest_kept]
    for path in expired:
        _destroy(path)
    return len(expired)


def _destroy(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            file.write(bytes(32))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return  # another worker was first


def _stored_key(path: Path) -> bytes:
    """Read the day's key, or make it; of several workers that make it at once, the first one's counts."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{random_letters(8)}.draft")
        try:
            _write_secret(draft, os.urandom(32))
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    key = path.read_bytes()
    if len(key) != 32:
        raise OSError(f"{path.name} holds {len(key)} bytes instead of 32")
    return key


def _write_secret(path: Path, secret: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(descriptor, secret)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
