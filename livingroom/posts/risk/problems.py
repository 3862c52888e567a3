"""What may go wrong though nothing is wrong: said beside the fields, and stopping nothing but the words of the stop list."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from livingroom.posts.media.models import DeskRules
from livingroom.posts.risk.balance import Balance, balances
from livingroom.posts.risk.price import crowding
from livingroom.posts.risk.reaching import problem_of
from livingroom.posts.wording import Wording
from livingroom.shared.problems import Problem

if TYPE_CHECKING:  # operations asks the checks, which ask here
    from livingroom.posts.operations import PostDraft


def stop_word_problems(wording: Wording, desk: DeskRules) -> Iterator[Problem]:
    """Words that the brand does not say, in whatever case; `word*` stands for all that begins so."""
    for field, text in (("text", wording.text), ("first_comment", wording.first_comment)):
        found = [word for word in desk.stop_list if _has(text, word)]
        if found:
            yield Problem(f"Words on the brand’s stop list: {', '.join(found)}.", field)


class Risks:
    """What is known about a draft's branches at their times: a handful of queries, however many branches there are."""

    def __init__(
        self, draft: "PostDraft", due: Mapping[int, datetime], now: datetime, *, without: Iterable[int] = ()
    ) -> None:
        leads_to = draft.destination or (draft.offer.destination if draft.offer else "")
        self._page = problem_of(leads_to, now) if leads_to else ""
        self._balances: dict[int, Balance] = {}
        self._others: dict[int, list[str]] = {}
        together: dict[datetime, list[int]] = {}
        for branch_id, at in due.items():
            together.setdefault(at, []).append(branch_id)
        own = list(without)
        for at, branches in together.items():
            self._balances |= balances(branches, at, without=own)
            self._others |= crowding(draft.offer, branches, at)

    def problems(self, wording: Wording) -> Iterator[Problem]:
        yield from self._balance_problems(wording)
        if names := self._others.get(wording.branch.pk):
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            text = f"{wording.branch} speaks of other offers in the same week: {shown}. Buyers tire of it."
            yield Problem(text, "offer", blocks=False)
        if self._page:
            yield Problem(self._page, "destination", blocks=False)

    def _balance_problems(self, wording: Wording) -> Iterator[Problem]:
        promotes = wording.offer is not None or wording.code_kind != "none"
        after = self._balances.get(wording.branch.pk, Balance()).after(promotes=promotes)
        if after.share is None or not after.has_band:
            return
        said = f"{after.n_promoting} of {after.n} posts of {wording.branch} in 28 days promote, {after.share:.0%}"
        if promotes and after.share > after.to_share:
            text = f"It becomes a shouting channel: {said}; at most {after.to_share:.0%} is meant."
            yield Problem(text, "branches", blocks=False)
        elif not promotes and after.share < after.from_share:
            yield Problem(f"{said}; at least {after.from_share:.0%} is meant.", "branches", blocks=False)


def _has(text: str, word: str) -> bool:
    stem = word.removesuffix("*")
    ending = "" if word.endswith("*") else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(stem)}{ending}", text, re.IGNORECASE) is not None
