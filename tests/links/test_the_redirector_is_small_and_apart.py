import subprocess
import sys
from pathlib import Path

from livingroom.links.redirector.click_id import ALPHABET, ClickIds, milliseconds_of
from livingroom.links.redirector.clicks import JournalClick, decode, encode
from livingroom.links.redirector.segments import list_segments
from tests.links.support import LinkTable, click_id_in, journal_clicks, redirector, wait_until


def test_it_loads_no_django() -> None:
    code = "import sys, livingroom.links.redirector.__main__; print('django' in sys.modules, 'duckdb' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


def test_several_workers_share_a_port_and_lose_nothing(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    ids, segments = set(), tmp_path / "clicks" / "segments"

    def nodes(state: str) -> set[str]:
        return {name.node.partition("-")[0] for name in list_segments(segments, state)}

    with redirector(tmp_path, "--workers", "2") as running:

        def both_were_asked() -> bool:
            ids.update(click_id_in(running.get("/shop", connection="close")) for _ in range(40))
            # The second worker may come up later than the first answers.
            return len(nodes("open") | nodes("sealed")) == 2

        wait_until(both_were_asked)
        running.stop()

    clicks = journal_clicks(tmp_path)
    assert {click.click_id for click in clicks} == ids
    assert len({click.visitor for click in clicks}) == 1
    assert nodes("sealed") == {"w0", "w1"}


def test_click_ids_sort_by_time_and_tell_it() -> None:
    ids = ClickIds()

    made = [ids.new(milliseconds) for milliseconds in (0, 1, 7, 8, 1_795_000_000_000, 2**48 - 1)]

    assert made == sorted(made)
    assert [milliseconds_of(one) for one in made] == [0, 1, 7, 8, 1_795_000_000_000, 2**48 - 1]
    assert all(len(one) == 24 and set(one) <= set(ALPHABET) for one in made)


def test_click_ids_of_one_millisecond_do_not_repeat() -> None:
    ids = ClickIds()

    assert len({ids.new(1_795_000_000_000) for _ in range(20_000)}) == 20_000


def test_a_click_reads_back_as_it_was_written() -> None:
    click = JournalClick("id", 5, 7, True, "d:1", "", "GET", "", "", "an agent with \x1f in it, and ünïcode")

    assert decode(encode(click)) == click
