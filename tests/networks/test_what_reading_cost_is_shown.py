from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from livingroom.networks import spent
from livingroom.networks.models import Connection, ReadingDay
from livingroom.networks.readings import StoredReadings
from livingroom.networks.vault import seal
from tests.posts import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def corner(db):
    cast.open_house()
    row = Connection.objects.create(
        network="x", account_id="1", handle="corner", server_url="https://api.x.com"
    )
    row.credentials_encrypted = seal({"access_token": "t", "daily_budget": "0.50"})
    row.save()
    book = StoredReadings(row.pk)
    for on, n in ((date(2025, 12, 31), 40), (date(2026, 1, 1), 20), (date(2026, 1, 5), 100)):
        book.book(on, n * Decimal("0.005"), n)
    return row


def test_each_account_shows_budget_day_month_and_the_month_before(corner):
    [row] = spent.accounts_spending(NOW)

    assert (row.a_day, row.today, row.this_month, row.last_month) == (
        Decimal("0.50"), Decimal("0.5"), Decimal("0.6"), Decimal("0.2"),
    )  # fmt: skip
    assert (row.n_this_month, row.is_used_up) == (120, True)
    months = spent.months_spending([corner], NOW)
    assert [(f"{row.month:%Y-%m}", row.n_read) for row in months] == [("2026-01", 120), ("2025-12", 40)]


def test_the_page_opens_the_days_and_exports(corner, client):
    client.force_login(cast.ian())

    page = client.get("/networks/spending/").content.decode()
    days = client.get(f"/networks/accounts/{corner.pk}/spending/?format=csv").content.decode()

    assert f"/networks/accounts/{corner.pk}/spending/" in page
    assert days.splitlines()[1] == "2026-01-05,100,0.5000,USD"
    assert client.get("/networks/spending/?format=json").json()["definition"].endswith("Version 1.")


def test_an_account_that_is_not_connected_any_more_still_shows_what_it_cost(corner, client):
    Connection.objects.update(credentials_encrypted="", state="revoked")

    [row] = spent.accounts_spending(NOW)

    assert (row.a_day, row.this_month) == (None, Decimal("0.6"))


def test_without_such_an_account_the_page_says_so(db, client):
    cast.open_house()
    client.force_login(cast.ian())

    assert "Nothing is charged" in client.get("/networks/spending/").content.decode()
    assert not ReadingDay.objects.exists()
