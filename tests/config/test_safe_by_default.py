import json
import os
import subprocess
import sys

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from livingroom.config.public_views import PUBLIC_PREFIXES, PUBLIC_VIEWS
from livingroom.config.secrets import stored_key

PROBE = """
import json
from django.conf import settings
names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "DEBUG", "DEMO"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def settings_with(tmp_path, **variables):
    environment = {"PATH": os.environ["PATH"], "LIVINGROOM_HOME": str(tmp_path), **variables}
    environment["DJANGO_SETTINGS_MODULE"] = "livingroom.config.settings"
    return json.loads(subprocess.check_output([sys.executable, "-c", PROBE], env=environment))


def test_away_from_localhost_cookies_are_secure_and_hsts_is_sent(tmp_path):
    seen = settings_with(tmp_path, PUBLIC_URL="https://social.example.com", LIVINGROOM_DEMO="1")

    assert seen == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_SSL_REDIRECT": True,
        "DEBUG": False,
        "DEMO": False,
    }


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = stored_key(tmp_path / "secret.key")

    assert stored_key(tmp_path / "secret.key") == first
    assert len(first) >= 50
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def all_names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from all_names(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern, prefix + str(pattern.pattern)


@pytest.mark.django_db
def test_every_view_that_is_not_on_the_list_asks_for_a_login(client):
    asked = 0
    for pattern, route in all_names(get_resolver().url_patterns):
        if (
            pattern.name in PUBLIC_VIEWS
            or f"/{route}".startswith(PUBLIC_PREFIXES)
            or "<" in route
            or "^" in route
        ):
            continue

        answer = client.get(f"/{route}")

        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/accounts/login/"), route
        asked += 1
    assert asked >= 8


@pytest.mark.django_db
def test_every_name_on_the_public_list_exists():
    names = {pattern.name for pattern, _ in all_names(get_resolver().url_patterns)}

    assert set(PUBLIC_VIEWS) <= names


@pytest.mark.django_db
def test_scripts_need_a_nonce_or_our_own_files(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    script = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in script
    assert "unsafe-eval" not in script
