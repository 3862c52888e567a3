"""The rooms of the ideas desk, on top of each of its pages. One appears as soon as its address exists."""

from django.urls import NoReverseMatch, reverse

from livingroom.ideas.models import Comment, Idea, VoteReview
from livingroom.people.policy import Deed, may

# url name, label, which number stands beside it, what one must be allowed to do for it
TABS: tuple[tuple[str, str, str, Deed], ...] = (
    ("ideas_desk", "To answer", "owed", "look"),
    ("desk_ideas", "All", "", "look"),
    ("desk_held", "Held", "held", "look"),
    ("idea_merges", "Merges", "", "look"),
    ("vote_reviews", "Votes", "reviews", "look"),
    ("desk_storms", "Storms", "", "look"),
    ("desk_digests", "Digest", "", "look"),
    ("desk_boards", "Boards", "", "look"),
    ("ideas_moving", "Import, export", "", "arrange_ideas"),
    ("desk_idea_keys", "Keys", "", "answer_ideas"),
)
Tab = dict[str, object]


def desk_tabs(path: str, staff: object) -> list[Tab]:
    """The tabs that `staff` may open, with the one that `path` belongs to open."""
    found = {name: url for name, _, _, deed in TABS if may(staff, deed) and (url := _url_of(name))}
    current = max(
        (name for name, url in found.items() if path.startswith(url)),
        key=lambda name: len(found[name]),
        default="",
    )
    n = _numbers()
    return [
        {"url": found[name], "label": label, "is_current": name == current, "n": n.get(number) or None}
        for name, label, number, _ in TABS
        if name in found
    ]


def _numbers() -> dict[str, int]:
    held = Idea.objects.filter(standing=Idea.Standing.HELD).count()
    return {
        "owed": Idea.objects.owed().count(),
        "held": held + Comment.objects.filter(standing=Comment.Standing.HELD).count(),
        "reviews": VoteReview.objects.filter(state=VoteReview.State.OPEN).count(),
    }


def _url_of(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
