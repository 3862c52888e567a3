"""Our signature under the directory: Ed25519, as a JSON Web Signature (RFC 7515, RFC 8037) with a published key."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from livingroom.config.locks import one_at_a_time
from livingroom.frontdoor.models import SigningKey
from livingroom.networks.vault import CannotDecrypt, seal, unseal
from livingroom.people.models import Staff
from livingroom.people.policy import require_everywhere
from livingroom.shared.events import record_event


@dataclass(frozen=True)
class Signature:
    """A flattened JWS: header, content, signature, each in base64url."""

    protected: str
    payload: str
    signature: str

    @property
    def detached(self) -> str:
        """For content that travels beside its signature (RFC 7515, appendix F)."""
        return f"{self.protected}..{self.signature}"

    def as_json(self) -> dict[str, str]:
        return {"protected": self.protected, "payload": self.payload, "signature": self.signature}


def sign(content: bytes, *, now: datetime) -> Signature:
    """Sign the very bytes that are sent."""
    name, private = _open_key(now)
    protected = encode(_compact({"alg": "EdDSA", "kid": name, "typ": "JWS"}))
    payload = encode(content)
    return Signature(protected, payload, encode(private.sign(f"{protected}.{payload}".encode())))


def published_keys(now: datetime) -> dict[str, list[dict[str, str]]]:
    """Our public keys as a JWK set, the one that signs now first. Retired ones stay, for what they signed."""
    _open_key(now)
    rows = sorted(
        SigningKey.objects.all(), key=lambda key: (key.retired_at is not None, -key.made_at.timestamp())
    )
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": row.public, "kid": row.name, "use": "sig", "alg": "EdDSA"}
            for row in rows
        ]
    }


def change_key(*, staff: Staff, now: datetime) -> SigningKey:
    """Retire the key and sign with a new one from now on. Raises PermissionDenied."""
    require_everywhere(staff, "set_up")
    with one_at_a_time("directory-key"), transaction.atomic():
        key = _replace_key(now)
        record_event(actor=staff, verb="changed signing key", subject=key, now=now, name=key.name)
    return key


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _open_key(now: datetime) -> tuple[str, Ed25519PrivateKey]:
    row = SigningKey.objects.filter(retired_at=None).first()
    if row is None:
        with one_at_a_time("directory-key"), transaction.atomic():
            row = SigningKey.objects.filter(retired_at=None).first() or _replace_key(now)
    try:
        secret = unseal(row.private_encrypted)["d"]
    except CannotDecrypt:
        # The credential key is gone, and with it this one: what it signed can still be checked.
        with one_at_a_time("directory-key"), transaction.atomic():
            row = _replace_key(now)
        secret = unseal(row.private_encrypted)["d"]
    _keep_under_newest_key(row, secret)
    return row.name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))


def _replace_key(now: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = encode(private.public_key().public_bytes_raw())
    SigningKey.objects.filter(retired_at=None).update(retired_at=now, private_encrypted="")
    return SigningKey.objects.create(
        name=_thumbprint(public),
        public=public,
        private_encrypted=seal({"d": private.private_bytes_raw().hex()}),
        made_at=now,
    )


def _keep_under_newest_key(row: SigningKey, secret: str) -> None:
    """So that an older credential key can be thrown away after a while."""
    try:
        Fernet(settings.CREDENTIAL_KEYS[0]).decrypt(row.private_encrypted.encode())
    except InvalidToken:
        SigningKey.objects.filter(pk=row.pk).update(private_encrypted=seal({"d": secret}))


def _thumbprint(public: str) -> str:
    """RFC 7638: the digest of the key's required members in the order of their names."""
    return encode(hashlib.sha256(_compact({"crv": "Ed25519", "kty": "OKP", "x": public})).digest())


def _compact(members: dict[str, str]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
