import subprocess
import sys

import pytest

from livingroom.config.environment import Environment, EnvironmentProblem, read_environment
from livingroom.config.mail import mail_settings


@pytest.fixture
def fresh_environment(monkeypatch):
    read_environment.cache_clear()
    yield monkeypatch
    read_environment.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PUBLIC_URL", "social.example.com", "https://social.example.com"),
        ("DATABASE_URL", "mysql://x", "postgres://"),
        ("CLICKS_DURABILITY", "sometimes", "CLICKS_DURABILITY=disk"),
        ("TRUSTED_PROXIES", "many", "TRUSTED_PROXIES=1"),
    ],
)
def test_a_wrong_variable_is_named_with_an_example(fresh_environment, name, value, says):
    fresh_environment.setenv(name, value)

    with pytest.raises(EnvironmentProblem) as problem:
        read_environment()

    assert name in str(problem.value)
    assert value in str(problem.value)
    assert says in str(problem.value)


def test_all_wrong_variables_are_named_at_once(fresh_environment):
    fresh_environment.setenv("PUBLIC_URL", "x")
    fresh_environment.setenv("SHORT_URL", "y")

    with pytest.raises(EnvironmentProblem, match=r"(?s)PUBLIC_URL.*SHORT_URL"):
        read_environment()


def test_the_command_stops_with_status_2_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "livingroom", "up"],
        env={"PATH": "/usr/bin", "PUBLIC_URL": "nonsense", "LIVINGROOM_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "PUBLIC_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_mail_needs_a_server_it_can_name(tmp_path):
    with pytest.raises(EnvironmentProblem, match="MAIL_URL"):
        mail_settings("imap://mail.example.com", tmp_path)


def test_only_a_loopback_address_counts_as_local(fresh_environment):
    fresh_environment.setenv("PUBLIC_URL", "https://127.0.0.1.example.com")

    assert Environment().is_local is False
