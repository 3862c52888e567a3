"""Connect without an admin: a user API key, which Discourse hands over encrypted for us alone (RSA). No Django.

https://meta.discourse.org/t/user-api-keys-specification/48536. The forum must allow our address in its setting
`allowed_user_api_auth_redirects`.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from livingroom.networks.connecting import Redirect, new_state
from livingroom.networks.errors import Invalid

SCOPES = "read,write,notifications"


def begin_signing_in(server_url: str, redirect_uri: str, kept: Mapping[str, str]) -> Redirect:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    state, nonce, client_id = new_state(), secrets.token_hex(16), secrets.token_hex(16)
    query = {
        "application_name": "Livingroom",
        "client_id": client_id,
        "scopes": SCOPES,
        "public_key": public.decode(),
        "nonce": nonce,
        "auth_redirect": f"{redirect_uri}?{urlencode({'state': state})}",
    }
    keep = {**kept, "private_key": private, "nonce": nonce, "client_id": client_id, "server_url": server_url}
    return Redirect(f"{server_url}/user-api-key/new?{urlencode(query)}", state, keep)


def open_payload(params: Mapping[str, str]) -> dict[str, str]:
    """The secrets out of what came back. Raises Invalid."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    private = serialization.load_pem_private_key(params.get("private_key", "").encode(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise Invalid("The key of this connection is lost; begin again.", "server_url")
    try:
        sealed = base64.b64decode("".join(params.get("payload", "").split()))
        found = json.loads(private.decrypt(sealed, padding.PKCS1v15()))
    except ValueError:
        raise Invalid("The forum did not send a key that we can read.", "server_url") from None
    if not isinstance(found, dict) or found.get("nonce") != params.get("nonce") or not found.get("key"):
        raise Invalid("The forum answered another question than ours; begin again.", "server_url")
    return {"user_api_key": str(found["key"]), "client_id": params.get("client_id", "")}
