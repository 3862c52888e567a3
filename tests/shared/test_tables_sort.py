import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory


def head(query: str, sort: str, **variables: object) -> str:
    request = RequestFactory().get(f"/ledger/?{query}")
    return render_to_string(
        "components/table_head.html", {"label": "Net", "sort": sort, **variables}, request
    )


def address(page: str) -> str:
    return re.search(r'href="([^"]*)"', page)[1].replace("&amp;", "&")  # type: ignore[index]


@pytest.mark.parametrize(
    ("sort", "number", "leads_to"),
    [
        ("host", False, "?sort=net"),
        ("net", False, "?sort=-net"),
        ("-net", False, "?sort=net"),
        ("host", True, "?sort=-net"),
        ("-net", True, "?sort=net"),
        ("net", True, "?sort=-net"),
    ],
)
def test_a_click_turns_the_order(sort: str, number: bool, leads_to: str) -> None:
    assert address(head("", sort, name="net", number=number)) == leads_to


def test_filters_are_kept_and_paging_starts_anew() -> None:
    page = head("country=BR&after=xyz&page=3", "", name="net")

    assert address(page) == "?country=BR&sort=net"


@pytest.mark.parametrize(("sort", "said"), [("net", "ascending"), ("-net", "descending")])
def test_the_present_order_is_said(sort: str, said: str) -> None:
    assert f'aria-sort="{said}"' in head("", sort, name="net")
    assert "aria-sort" not in head("", sort, name="host")
