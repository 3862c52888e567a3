"""Long lists in pages: how many there are, and which rows a page holds, in words."""

from livingroom.shared.templatetags.words import number


def pages_of(n: int, size: int) -> int:
    """How many pages; one where there is nothing."""
    return max(1, -(-n // size))


def page_words(page: int, size: int, n: int) -> str:
    """“31 to 45 of 45”."""
    return f"{number((page - 1) * size + 1)} to {number(min(page * size, n))} of {number(n)}"
