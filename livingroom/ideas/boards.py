"""Boards and their categories: opened, changed, closed. What a change moves is reckoned anew at once."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from livingroom.ideas.duty.operations import name_partner, note_line
from livingroom.ideas.models import Board, Category, DigestReader, Idea
from livingroom.ideas.renewing import change_half_life
from livingroom.ideas.words import Words, beside_english, first_words
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand

# What a person may say of a board; the partner has a verb of its own.
FIELDS = (
    "name", "intro", "allows_against", "vote_budget", "looks_first", "half_life_days", "answer_line",
    "answer_within_days", "archive_after_months", "digest_every", "language", "words",
)  # fmt: skip
FIRST_CATEGORIES = ("products", "service", "shop", "company")
# What stands, or may come to stand, where the name of a board does in an address; a test compares it with all addresses.
RESERVED = frozenset(
    {"about", "answered", "api", "boards", "consent", "desk", "embed", "feed", "how", "log", "mine", "new", "oembed", "open",
     "propose", "search", "shipped", "similar", "sitemap", "storms"}
)  # fmt: skip


class NotABoard(ValueError):
    """The words say what must be mended; `field` is where."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def open_board(
    *,
    staff: Staff,
    name: str,
    now: datetime,
    is_twin: bool = False,
    slug: str = "",
    partner: Staff | None = None,
    **said: Any,
) -> Board:
    """Open a board. Raises PermissionDenied, NotABoard."""
    require(staff, "arrange_ideas")
    if not name.strip():
        raise NotABoard("Name the board.", "name")
    slug = slug or _free_slug(slugify(name)[:36] or "ideas")
    _require_free(slug)
    _require_sense(said)
    with transaction.atomic():
        board = Board.objects.create(
            slug=slug,
            name=name.strip(),
            is_twin=is_twin,
            epoch=now,
            made_at=now,
            partner=partner or staff,
            **said,
        )
        record_event(actor=staff, verb="opened board", subject=board, now=now, name=board.name)
    return board


def open_first_board(*, staff: Staff, now: datetime) -> Board:
    """The portal as most houses begin: four categories, answers within 30 days from ten votes on, a weekly digest."""
    names = first_words("board")
    intros = {code: text[:300] for code, text in first_words("intro", brand=Brand.current().name).items()}
    with transaction.atomic():
        board = open_board(
            staff=staff, name=names["en"], slug="ideas" if not Board.objects.filter(slug="ideas").exists() else "", now=now,
            intro=intros["en"], words=beside_english(name=names, intro=intros),
        )  # fmt: skip
        for place, key in enumerate(FIRST_CATEGORIES, start=1):
            names = first_words(key)
            save_category(
                staff=staff, board=board, name=names["en"], position=place * 10, now=now, words=beside_english(name=names),
            )  # fmt: skip
        DigestReader.objects.create(board=board, staff=staff)
    return board


def open_twin(*, staff: Staff, now: datetime) -> Board:
    """The same for employees: only who signs in as staff sees it."""
    return open_board(
        staff=staff, name="Ideas among ourselves", slug="" if Board.objects.filter(slug="staff").exists() else "staff",
        is_twin=True, answer_line=5, intro="What we would do better, if it were for us. Only staff see this board.", now=now,
    )  # fmt: skip


def change_board(*, staff: Staff, board: Board, now: datetime, **said: Any) -> int:
    """Change what holds on a board. Another half-life makes every key anew; a lower line gives owners at once.

    Returns how many ideas are newly owed an answer. Raises PermissionDenied, NotABoard.
    """
    require(staff, "arrange_ideas")
    _require_sense(said)
    partner = said.pop("partner", board.partner)
    days = said.pop("half_life_days", board.half_life_days)
    before = {name: getattr(board, name) for name in said}
    changed = {name: value for name, value in said.items() if before[name] != value}
    if changed:
        for name, value in changed.items():
            setattr(board, name, value)
        with transaction.atomic():
            board.save(update_fields=list(changed))
            if "language" in changed:
                board.categories.update(language=board.language)
            record_event(
                actor=staff, verb="changed board", subject=board, now=now,
                before={name: before[name] for name in changed}, after=changed,
            )  # fmt: skip
    if days != board.half_life_days:
        changed_board = change_half_life(staff=staff, board=board, days=days, now=now)
        board.half_life_days, board.epoch = changed_board.half_life_days, changed_board.epoch
    if partner != board.partner:
        name_partner(staff=staff, place=board, partner=partner, now=now)
    return note_all_above_line(board, now) if "answer_line" in changed else 0


def note_all_above_line(board: Board, now: datetime) -> int:
    """Give an owner and a date to every idea that the line now reaches. One that was owed an answer stays so."""
    above = Idea.objects.public().filter(
        board=board, due_at=None, state__in=Idea.OPEN, n_for__gte=board.answer_line
    )
    return note_line(above, now)


def close_board(*, staff: Staff, board: Board, now: datetime) -> None:
    """Nothing more is proposed or voted for; what was said stays to be read. Raises PermissionDenied."""
    require(staff, "arrange_ideas")
    _note_closed(staff, board, None if board.closed_at else now, now)


def save_category(
    *, staff: Staff, board: Board, name: str, position: int, now: datetime, partner: Staff | None = None,
    answer_within_days: int | None = None, words: Words | None = None, category: Category | None = None,
) -> Category:  # fmt: skip
    """Make or change a category; `words` are its name in other languages than its board's, left as they are when not given.

    Another partner takes over what the last one owes. Raises PermissionDenied, NotABoard.
    """
    require(staff, "arrange_ideas")
    if not name.strip():
        raise NotABoard("Name the category.", "name")
    same = Category.objects.filter(board=board, name__iexact=name.strip()).first()
    if same is not None and same != category:
        raise NotABoard(f"There is a category “{name.strip()}” already.", "name")
    with transaction.atomic():
        if category is None:
            category = Category(board=board, slug=_free_category_slug(board, name))
        category.name, category.position, category.answer_within_days = (
            name.strip(),
            position,
            answer_within_days,
        )
        category.language = board.language
        category.words = category.words if words is None else words
        category.save()
        record_event(actor=staff, verb="wrote category", subject=category, now=now, name=category.name)
        if partner != category.partner:
            name_partner(staff=staff, place=category, partner=partner, now=now)
    return category


def take_category_away(*, staff: Staff, category: Category, now: datetime) -> None:
    """Its ideas stay, without a category. Raises PermissionDenied."""
    require(staff, "arrange_ideas")
    record_event(actor=staff, verb="took category away", subject=category, now=now, name=category.name)
    category.delete()


def _note_closed(staff: Staff, board: Board, closed_at: datetime | None, now: datetime) -> None:
    board.closed_at = closed_at
    board.save(update_fields=["closed_at"])
    record_event(
        actor=staff, verb="closed board" if closed_at else "opened board again", subject=board, now=now
    )


def _require_free(slug: str) -> None:
    if not re.fullmatch(r"[-a-z0-9_]{1,40}", slug):
        raise NotABoard(
            f"“{slug}” cannot stand in an address: use small letters, digits and hyphens, at most 40.", "slug"
        )
    if slug in RESERVED:
        raise NotABoard(
            f"“/ideas/{slug}/” is a page of the portal itself: give the board another address.", "slug"
        )
    if Board.objects.filter(slug=slug).exists():
        raise NotABoard(f"There is a board at “/ideas/{slug}/” already.", "slug")


def _require_sense(said: Mapping[str, Any]) -> None:
    if "half_life_days" in said and not 0.1 <= said["half_life_days"] <= 3650:
        raise NotABoard("A half-life lies between 0.1 and 3,650 days.", "half_life_days")
    for name in ("answer_line", "answer_within_days"):
        if name in said and said[name] < 1:
            raise NotABoard("At least 1.", name)
    for name in ("vote_budget", "archive_after_months"):
        if said.get(name) is not None and said[name] < 1:
            raise NotABoard("At least 1, or empty.", name)


def _free_slug(base: str) -> str:
    taken = set(Board.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    return next(
        name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken
    )


def _free_category_slug(board: Board, name: str) -> str:
    base = slugify(name)[:36] or "category"
    taken = set(Category.objects.filter(board=board, slug__startswith=base).values_list("slug", flat=True))
    return next(
        free for n in range(1, len(taken) + 2) if (free := base if n == 1 else f"{base}-{n}") not in taken
    )
