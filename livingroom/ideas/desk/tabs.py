"""The rooms of the ideas desk, on top of each of its pages. One appears as soon as its address exists."""

from django.urls import NoReverseMatch, reverse

from livingroom.ideas.models import Comment, Idea, VoteReview

# url name, label, which number stands beside it
TABS = (
    ("ideas_desk", "To answer", "owed"),
    ("desk_ideas", "All", ""),
    ("desk_held", "Held", "held"),
    ("idea_merges", "Merges", ""),
    ("vote_reviews", "Votes", "reviews"),
    ("desk_storms", "Storms", ""),
    ("desk_digests", "Digest", ""),
    ("desk_boards", "Boards", ""),
    ("ideas_moving", "Import, export", ""),
)
Tab = dict[str, object]


def desk_tabs(path: str) -> list[Tab]:
    """The tabs, with the one that `path` belongs to open."""
    found = {name: url for name, _, _ in TABS if (url := _url_of(name))}
    current = max(
        (name for name, url in found.items() if path.startswith(url)),
        key=lambda name: len(found[name]),
        default="",
    )
    n = _numbers()
    return [
        {"url": found[name], "label": label, "is_current": name == current, "n": n.get(number) or None}
        for name, label, number in TABS
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
