from livingroom.networks.registry import NETWORKS
from tests.networks.proofs import Case
from tests.networks.table import PAGE, page_with_tables, rows, suites


def test_the_tables_on_the_page_are_those_that_connectors_and_suites_make() -> None:
    page = PAGE.read_text()

    assert page_with_tables(page) == page, "run: python -m tests.networks.table --write docs/networks.md"


def test_every_network_is_proven_against_something() -> None:
    proven = {suite.proof.network for suite in suites()}

    assert set(NETWORKS) - proven == set()


def test_no_cell_is_empty_a_sentence_says_why() -> None:
    for row in rows():
        assert len(row.cells) == len(Case)
        for reason in row.cells:
            assert reason == "" or (reason.endswith(".") and reason != "Nobody proves it."), (
                row.title,
                reason,
            )


def test_a_network_that_publishes_proves_exactly_one_post_after_a_lost_answer() -> None:
    cases = list(Case)

    proven = {row.title for row in rows() if row.cells[cases.index(Case.ACCEPTED_THEN_LOST)] == ""}

    assert {"Sandbox", "Bluesky", "Mastodon"} <= proven
