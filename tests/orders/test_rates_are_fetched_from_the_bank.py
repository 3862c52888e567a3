import threading
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django_tasks_db.models import DBTaskResult

from livingroom.orders import tasks
from livingroom.orders.fetching import are_stale, fetch_rates
from livingroom.orders.models import Shop
from livingroom.orders.rates import BadRates, newest_day

NEWEST = b"Date,USD,JPY\n2026-11-20,1.05,160\n2026-11-19,1.06,161\n"


@pytest.fixture
def bank(settings, tmp_path):
    """A web server that stands for the Bank's; what it answers is its `content`."""

    class Bank(BaseHTTPRequestHandler):
        content = NEWEST

        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(Bank.content)

        def log_message(self, format, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.HOME = tmp_path
    settings.RATES_URL = f"http://127.0.0.1:{server.server_port}/eurofxref-hist.csv"
    tasks._next_fetch_at = None
    yield Bank
    server.shutdown()


def test_a_newer_file_takes_the_place_of_the_packaged_one(bank):
    assert fetch_rates() == date(2026, 11, 20)
    assert newest_day() == date(2026, 11, 20)


def test_something_else_than_rates_changes_nothing(bank):
    before = newest_day()
    bank.content = b"<html>We have moved</html>"

    with pytest.raises(BadRates, match="first line"):
        fetch_rates()

    assert newest_day() == before


def test_a_bank_out_of_reach_is_said_plainly(bank, settings):
    settings.RATES_URL = "http://127.0.0.1:9/eurofxref-hist.zip"

    with pytest.raises(BadRates, match="could not be read"):
        fetch_rates()


def test_rates_of_yesterday_are_fresh_and_older_ones_are_not(bank):
    fetch_rates()

    assert not are_stale(datetime(2026, 11, 21, 9, tzinfo=UTC))
    assert are_stale(datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.mark.django_db
def test_the_ticker_asks_only_where_there_are_shops_and_not_every_minute(bank):
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    tasks.fetch_when_stale(now)
    assert n_asked() == 0
    Shop.objects.create(slug="outlet", name="Outlet", kind="csv")
    tasks._next_fetch_at = None

    tasks.fetch_when_stale(now)
    tasks.fetch_when_stale(now)

    assert n_asked() == 1


def n_asked():
    return DBTaskResult.objects.filter(task_path__endswith="refresh_rates").count()
