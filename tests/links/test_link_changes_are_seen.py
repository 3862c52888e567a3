from pathlib import Path

from tests.links.support import LinkTable, Running, redirector, wait_until


def test_a_new_link_works_though_it_was_asked_for_before(running: Running, links: LinkTable) -> None:
    assert running.get("/fresh").status_code == 404

    links.put("fresh", "https://shop.example/fresh")

    wait_until(lambda: running.get("/fresh").status_code == 302)


def test_a_changed_destination_is_followed(running: Running, links: LinkTable) -> None:
    running.get("/shop")

    links.put("shop", "https://shop.example/other")

    wait_until(lambda: "/other?lr=" in running.get("/shop").headers["location"])


def test_a_stopped_link_stops(running: Running, links: LinkTable) -> None:
    running.get("/shop")

    links.put("shop", "https://shop.example/", stopped_at="2020-01-01 00:00:00")

    wait_until(lambda: running.get("/shop").status_code == 410)


def test_a_link_that_was_removed_is_forgotten_at_the_next_start(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    links.put("old", "https://shop.example/old")
    with redirector(tmp_path) as running:
        assert running.get("/old").status_code == 302
    links.remove("old")

    with redirector(tmp_path) as running:
        wait_until(lambda: running.get("/old").status_code == 404)
        assert running.get("/shop").status_code == 302


def test_more_links_than_one_page_are_all_found(tmp_path: Path, links: LinkTable) -> None:
    links.put_many((f"n{number}", f"https://shop.example/{number}") for number in range(25_000))
    with redirector(tmp_path) as running:
        for number in (0, 1, 1999, 2000, 12_345, 24_999):
            assert (
                running.get(f"/n{number}").headers["location"].startswith(f"https://shop.example/{number}?")
            )
