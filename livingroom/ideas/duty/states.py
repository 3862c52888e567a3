"""Which answer may follow which. The same state again is a further word on it."""

from livingroom.ideas.models import Idea

State = Idea.State

MAY_FOLLOW: dict[str, tuple[str, ...]] = {
    State.NEW: (State.UNDER_REVIEW, State.PLANNED, State.BUILDING, State.SHIPPED, State.DECLINED),
    State.UNDER_REVIEW: (
        State.UNDER_REVIEW, State.PLANNED, State.BUILDING, State.SHIPPED, State.DECLINED,
    ),
    State.PLANNED: (State.PLANNED, State.BUILDING, State.SHIPPED, State.DECLINED, State.UNDER_REVIEW),
    State.BUILDING: (State.BUILDING, State.SHIPPED, State.PLANNED, State.DECLINED, State.UNDER_REVIEW),
    # What was shipped may have to be taken back; what was declined may be taken up again.
    State.SHIPPED: (State.SHIPPED, State.BUILDING),
    State.DECLINED: (State.DECLINED, State.UNDER_REVIEW, State.PLANNED),
}  # fmt: skip
TONES: dict[str, str] = {
    State.NEW: "neutral",
    State.UNDER_REVIEW: "accent",
    State.PLANNED: "accent",
    State.BUILDING: "accent",
    State.SHIPPED: "good",
    State.DECLINED: "warn",
}


def choices_after(state: str) -> list[tuple[str, str]]:
    """The answers that may follow, as a form offers them."""
    return [(after, str(State(after).label)) for after in MAY_FOLLOW[state]]
