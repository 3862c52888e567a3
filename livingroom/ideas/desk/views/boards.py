"""Boards and their categories: opened, arranged, closed."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.ideas.boards import (
    NotABoard,
    change_board,
    close_board,
    open_board,
    open_first_board,
    open_twin,
    save_category,
    take_category_away,
)
from livingroom.ideas.desk.forms import BoardForm, CategoryForm, NewBoardForm
from livingroom.ideas.duty.lateness import loads
from livingroom.ideas.duty.operations import CannotAnswer
from livingroom.ideas.models import Board, Category, Idea
from livingroom.people.policy import may, require


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    public, owed = Q(ideas__standing="public"), Q(ideas__in=Idea.objects.owed())
    rows = Board.objects.select_related("partner").annotate(
        n_public=Count("ideas", filter=public), n_owed=Count("ideas", filter=owed)
    )
    context = {
        "rows": rows.order_by("is_twin", "name"),
        "has_twin": any(row.is_twin for row in rows),
        "form": NewBoardForm(),
        "may_arrange": may(staff, "arrange_ideas"),
    }
    return render(request, "ideas/desk/boards.html", context)


@require_POST
def board_open(request: HttpRequest, kind: str) -> HttpResponse:
    """Open the first board, the one for employees, or another."""
    staff, now = require(request.user, "arrange_ideas"), timezone.now()
    try:
        if kind == "first":
            board = open_first_board(staff=staff, now=now)
        elif kind == "twin":
            board = open_twin(staff=staff, now=now)
        else:
            board = open_board(staff=staff, name=request.POST.get("name", ""), now=now)
    except NotABoard as problem:
        messages.error(request, str(problem))
        return redirect("desk_boards")
    messages.success(request, f"“{board}” is open. Name who answers for what.")
    return redirect("desk_board", board.slug)


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """What holds on a board; on POST change it."""
    staff, row = require(request.user, "look"), get_object_or_404(Board, slug=slug)
    form = BoardForm(request.POST or None, instance=Board.objects.get(pk=row.pk))
    if request.method == "POST":
        staff = require(staff, "arrange_ideas")
        if form.is_valid():
            try:
                n = change_board(staff=staff, board=row, now=timezone.now(), **form.said)
            except (NotABoard, CannotAnswer) as problem:
                form.add_error(problem.field if problem.field in form.fields else None, str(problem))
            else:
                more = f" {n} ideas are owed an answer now." if n else ""
                messages.success(request, f"Kept.{more}")
                return redirect("desk_board", row.slug)
    return _page(request, row, form, None)


@require_POST
def category_save(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    staff, row = require(request.user, "arrange_ideas"), get_object_or_404(Board, slug=slug)
    category = get_object_or_404(Category, pk=pk, board=row) if pk else None
    form = CategoryForm(request.POST, category=category, own=row.language)
    if form.is_valid():
        try:
            made = save_category(staff=staff, board=row, category=category, now=timezone.now(), **form.said)
        except (NotABoard, CannotAnswer) as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        else:
            messages.success(request, f"“{made}” is kept.")
            return redirect("desk_board", row.slug)
    return _page(request, row, BoardForm(instance=row), (pk, form))


@require_POST
def category_take_away(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    staff = require(request.user, "arrange_ideas")
    category = get_object_or_404(Category, pk=pk, board__slug=slug)
    take_category_away(staff=staff, category=category, now=timezone.now())
    messages.success(request, f"“{category.name}” is gone; its ideas stay.")
    return redirect("desk_board", slug)


@require_POST
def board_close(request: HttpRequest, slug: str) -> HttpResponse:
    staff, row = require(request.user, "arrange_ideas"), get_object_or_404(Board, slug=slug)
    close_board(staff=staff, board=row, now=timezone.now())
    messages.success(request, f"“{row}” is {'closed' if row.closed_at else 'open again'}.")
    return redirect("desk_board", slug)


def _page(
    request: HttpRequest, row: Board, form: BoardForm, wrong: tuple[int, CategoryForm] | None
) -> HttpResponse:
    """`wrong` is the category's form that could not be kept, with the category's number; 0 for a new one."""
    number, wrong_form = wrong or (-1, None)
    categories = [
        {"row": one, "form": wrong_form if number == one.pk else CategoryForm(category=one, own=row.language)}
        for one in row.categories.select_related("partner").annotate(n=Count("ideas"))
    ]
    context = {
        "board": row,
        "form": form,
        "categories": categories,
        "new_category": wrong_form if number == 0 else CategoryForm(own=row.language),
        "loads": loads(timezone.now(), row),
        "may_arrange": may(request.user, "arrange_ideas"),
    }
    return render(request, "ideas/desk/board.html", context, status=422 if form.errors or wrong_form else 200)
