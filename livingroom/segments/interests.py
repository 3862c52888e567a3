"""What an order says of its buyer's interests: the branch whose code or link it came by, and what was bought."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from django.conf import settings

from livingroom.branches.models import Branch
from livingroom.lake import Lake
from livingroom.links.models import Code, Link
from livingroom.links.redirector.click_id import LENGTH, milliseconds_of
from livingroom.segments.models import ProductSign

AT_ONCE = 500
_CLICK = re.compile(rf"[0-9a-hjkmnp-tv-z]{{{LENGTH}}}")
LINKS_OF_CLICKS = """
    SELECT click_id, link_id FROM clicks
    WHERE click_id IN (SELECT unnest($ids)) AND day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)
"""


class Signs:
    """What is known of branches, links, codes and products, read once for many orders."""

    def __init__(self, codes: Iterable[str], clicks: Iterable[str]) -> None:
        self.by_branch: dict[int, list[str]] = dict(Branch.objects.values_list("pk", "interests"))
        self.shared: set[str] = set()
        self._code_branch: dict[str, int] = {}
        self._read_codes(sorted(set(codes)))
        self._click_branch = _branches_of_clicks({click for click in clicks if _CLICK.fullmatch(click)})
        self._words = [(sign.words.casefold(), sign.interest) for sign in ProductSign.objects.all()]
        self._said: dict[tuple[str, str], frozenset[str]] = {}

    def of_order(self, codes: Collection[str], click: str, product: str, division: str) -> set[str]:
        branches = {self._code_branch[code] for code in codes if code in self._code_branch}
        if click in self._click_branch:
            branches.add(self._click_branch[click])
        found = {word for branch in branches for word in self.by_branch.get(branch, ())}
        return found | self._of_product(product, division)

    def _of_product(self, product: str, division: str) -> frozenset[str]:
        if (product, division) not in self._said:
            text = f"{product}\n{division}".casefold()
            self._said[product, division] = frozenset(
                interest for words, interest in self._words if words and words in text
            )
        return self._said[product, division]

    def _read_codes(self, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), AT_ONCE):
            rows = Code.objects.filter(text__in=texts[start : start + AT_ONCE])
            for text, kind, branch in rows.values_list("text", "kind", "link__branch"):
                if branch is not None:
                    self._code_branch[text] = branch
                if kind == Code.Kind.SHARED:  # a single-use one would name its bearer
                    self.shared.add(text)


def _branches_of_clicks(clicks: Collection[str]) -> dict[str, int]:
    """A click id tells its own moment, so only those days of the lake are read."""
    if not clicks:
        return {}
    ids = sorted(clicks)
    with _lake().reading() as connection:
        found = (
            _lake()
            .see(connection, LINKS_OF_CLICKS)
            .execute(LINKS_OF_CLICKS, {"ids": ids, "first": _day(ids[0], -1), "last": _day(ids[-1], 1)})
        )
        links = dict(found.fetchall())
    numbers = sorted(set(links.values()))
    branches: dict[int, int] = {}
    for start in range(0, len(numbers), AT_ONCE):
        rows = Link.objects.filter(pk__in=numbers[start : start + AT_ONCE], branch__isnull=False)
        branches |= dict(rows.values_list("pk", "branch_id"))
    return {click: branches[link] for click, link in links.items() if link in branches}


def _day(click_id: str, days: int) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds_of(click_id), days=days)
    return at.date().isoformat()


@cache
def _lake() -> Lake:
    return Lake.open(settings.LAKE_URL)
