"""The words of the offers that were placed on each branch, so that a product's name leads to where it is sold."""

from livingroom.posts.models import Offer


def offered_words() -> dict[int, str]:
    """Return the products and divisions of the offers of each branch, by branch: one query."""
    rows = (
        Offer.objects.exclude(posts__placements__branch=None)
        .filter(posts__placements__branch__closed_on=None)
        .values_list("posts__placements__branch", "products", "bundle")
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for branch_id, products, bundle in rows:
        found.setdefault(branch_id, set()).update((products, bundle))
    return {branch_id: " ".join(sorted(words)) for branch_id, words in found.items()}
