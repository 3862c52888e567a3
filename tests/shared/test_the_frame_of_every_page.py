import re
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.test import Client

from livingroom.shared.events import raise_alarm, resolve_alarm
from livingroom.shared.models import Brand

NOW = datetime(2009, 12, 8, 9, 30, tzinfo=UTC)


def test_it_says_whose_house_it_is_and_who_is_signed_in(signed_in: Client) -> None:
    Brand.objects.update_or_create(pk=1, defaults={"name": "Corner PC"})

    page = signed_in.get("/design/").content.decode()

    assert "Corner PC</span>" in page
    assert "Maya Lindqvist" in page
    assert "Community manager" in page
    assert 'action="/accounts/logout/"' in page


def test_a_room_is_marked_while_one_is_in_it(signed_in: Client) -> None:
    page = signed_in.get("/settings/").content.decode()

    current = re.findall(r'href="([^"]+)" aria-current="page"', page)

    assert current == ["/settings/"]


def test_an_alarm_rings_until_it_is_resolved(signed_in: Client) -> None:
    raise_alarm(
        kind="late", subject="post 1", text="The post is late: no worker runs.", now=NOW, url="/calendar/"
    )
    ringing = signed_in.get("/branches/").content.decode()
    resolve_alarm(kind="late", subject="post 1", now=NOW)
    quiet = signed_in.get("/branches/").content.decode()

    assert '<a href="/calendar/">The post is late: no worker runs.</a>' in ringing
    assert "8 Dec 2009, 09:30 UTC" in ringing
    assert "alarms__list" not in quiet


def test_partials_carry_the_token_that_proves_their_page(signed_in: Client) -> None:
    page = signed_in.get("/design/").content.decode()

    assert re.search(r"hx-headers='\{\"X-CSRFToken\": \"\w{64}\"\}'", page)


def test_visitors_get_no_cookie(client: Client, db: None) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert not response.cookies


def test_no_page_carries_a_script_in_words(signed_in: Client) -> None:
    page = signed_in.get("/design/").content.decode()

    written = [
        body
        for kind, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
        if "json" not in kind
    ]

    assert not any(body.strip() for body in written)
    assert not re.search(r"\son[a-z]+=", page)


def test_health_is_told_without_signing_in(client: Client, db: None) -> None:
    response = client.get("/health")

    assert response.status_code == 200
    assert response.json()["status"] == "up"


def test_a_house_without_its_database_is_down(client: Client, db: None) -> None:
    with connection.execute_wrapper(_no_database):
        response = client.get("/health")

    assert response.status_code == 503
    assert "database" in response.json()["reason"]


def _no_database(*_: object) -> None:
    raise DatabaseError("gone")
