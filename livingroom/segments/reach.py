"""How far a public post can meet a segment: which of its conditions are known of branches, and which of customers alone."""

from dataclasses import dataclass

from livingroom.segments.asking import BRANCH_FACTS, rule_of
from livingroom.segments.bands import Basis
from livingroom.segments.models import SegmentVersion
from livingroom.segments.rules import conditions
from livingroom.segments.sentences import phrase


@dataclass(frozen=True)
class Reach:
    """Conditions said as phrases: `open` can be met by the choice of branches, `hidden` by nothing public."""

    open: tuple[str, ...]
    hidden: tuple[str, ...]

    @property
    def is_letters_only(self) -> bool:
        """No branch can be told from another by it."""
        return not self.open

    @property
    def said(self) -> str:
        """What a public post means for it, in one sentence."""
        if self.is_letters_only:
            return "Only letters and direct messages reach them alone: nothing of it is known of a branch."
        if self.hidden:
            hidden = ", ".join(self.hidden)
            return f"Others read it, too. Known of customers alone: {hidden}."
        return "The choice of branches reaches them: all of it is known of branches."


def reach_of(version: SegmentVersion) -> Reach:
    told = list(conditions(rule_of(version)))
    basis = Basis.of(version.basis)
    known, hidden = (
        tuple(dict.fromkeys(phrase(each, basis) for each in told if (each.fact in BRANCH_FACTS) is is_open))
        for is_open in (True, False)
    )
    return Reach(known, hidden)
