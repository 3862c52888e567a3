import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from tests.support.house import running_house, wait_for


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with running_house(tmp_path_factory.mktemp("house"), empty=True) as house:
        yield house


def children_of(pid):
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=True
    )
    return [(int(line.split()[0]), line) for line in found.stdout.splitlines() if "livingroom" in line]


def test_the_first_start_prints_a_link_that_makes_the_first_account_once(house):
    link = next(word for word in house.log().split() if "/set-up/" in word)
    with httpx.Client(base_url=house.web, follow_redirects=True) as browser:
        browser.get(link)
        answers = {
            "brand": "Corner Shop",
            "name": "Ada",
            "email": "ada@shop.example",
            "password": "a-long-word-1906",
            "csrfmiddlewaretoken": browser.get(link)
            .text.split('csrfmiddlewaretoken" value="')[1]
            .split('"')[0],
        }

        made = browser.post(link, data=answers, headers={"Referer": link})

        assert made.status_code == 200
        assert made.url.path == "/overview/"
    assert httpx.get(link).status_code == 404


def test_a_part_that_dies_is_started_again(house):
    before = {pid for pid, line in children_of(house.process.pid) if "--worker" in line}

    for pid in before:
        os.kill(pid, signal.SIGKILL)

    after = wait_for(
        lambda: {pid for pid, line in children_of(house.process.pid) if "--worker" in line} - before,
        seconds=15,
    )
    assert after


def test_a_second_house_on_the_same_port_is_refused_with_advice(house):
    second = subprocess.run(
        [sys.executable, "-m", "livingroom", "up"],
        env=house.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 2
    assert "--web-port" in second.stderr


def test_doctor_finds_a_running_house_well(house):
    wait_for(
        lambda: house.python("from livingroom.shared.models import Lease; print(Lease.objects.count() or '')")
    )

    done = subprocess.run(
        [sys.executable, "-m", "livingroom", "doctor"],
        env=house.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_one_ctrl_c_stops_everything(tmp_path):
    with running_house(tmp_path / "other") as other:
        pids = [pid for pid, _ in children_of(other.process.pid)]
        assert len(pids) == 3

        status = other.stop()

        assert status == 0
        assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(other.web.rsplit(":", 1)[1]))) != 0
