from pathlib import Path

import psycopg

from tests.links.load import Load
from tests.links.support import TABLES, LinkTable, journal_clicks, redirector, wait_until
from tests.support.postgres import private_postgres


def test_links_go_on_while_the_database_is_away(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    links.put("never-clicked", "https://shop.example/other")
    with redirector(tmp_path) as running:
        wait_until(lambda: running.health()["status"] == "ok")
        links.path.rename(tmp_path / "away")
        wait_until(lambda: running.health()["status"] == "degraded")

        assert running.get("/shop").status_code == 302
        assert running.get("/never-clicked").status_code == 302


def test_links_work_after_a_start_without_the_database(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        wait_until(lambda: running.health()["status"] == "ok")
    links.path.rename(tmp_path / "away")

    with redirector(tmp_path) as running:
        assert running.get("/shop").headers["location"].startswith("https://shop.example/?lr=")


def test_an_unknown_link_is_not_called_missing_while_nobody_knows(tmp_path: Path, links: LinkTable) -> None:
    links.path.rename(tmp_path / "away")
    with redirector(tmp_path) as running:
        response = running.get("/shop")
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"

        (tmp_path / "away").rename(links.path)
        links.put("shop", "https://shop.example/")

        wait_until(lambda: running.get("/shop").status_code == 302)


def test_a_damaged_snapshot_is_made_anew(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path):
        pass
    (tmp_path / "redirector" / "links-w0.sqlite3").write_bytes(b"not a database at all" * 1000)

    with redirector(tmp_path) as running:
        wait_until(lambda: running.get("/shop").status_code == 302)


def test_no_click_is_lost_while_postgresql_is_stopped_under_load(tmp_path: Path) -> None:
    with private_postgres() as cluster, psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(
            TABLES.format(time="TIMESTAMPTZ").replace("id INTEGER PRIMARY KEY", "id BIGSERIAL PRIMARY KEY")
        )
        connection.execute(
            "INSERT INTO links_link (slug, destination, fallback, is_test, updated_at) "
            "VALUES ('shop', 'https://shop.example/', '', false, now())"
        )
        with redirector(tmp_path, database_url=cluster.url) as running:
            wait_until(lambda: running.get("/shop").status_code == 302)
            load = Load(running.port, "/shop", threads=4)
            with load:
                wait_until(lambda: len(load.answered) > 200)
                cluster.stop()
                before = len(load.answered)
                wait_until(lambda: running.health()["status"] == "degraded")
                wait_until(lambda: len(load.answered) > before + 1000)
                cluster.start()
                wait_until(lambda: running.health()["status"] == "ok")
            running.stop()

    recorded = {click.click_id for click in journal_clicks(tmp_path)}
    assert load.failed == []
    assert set(load.answered) <= recorded
