"""Write a post, see it on every branch while writing, and send or schedule it. Page and partial share one view."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from livingroom.branches.queries import choices_among
from livingroom.people.policy import may, require
from livingroom.posts.composing import Review, review
from livingroom.posts.fitting import Audience, audience_of
from livingroom.posts.forms import PostForm
from livingroom.posts.media.describing import described, shown_key
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady, TooLate, save_post, schedule_placements
from livingroom.posts.phrases.queries import Offered, offered_to
from livingroom.posts.phrases.variables import described as variables
from livingroom.posts.queries import placement_rows, postable_branches
from livingroom.posts.views.compose_form import as_posted, compose_form
from livingroom.shared.models import Brand

FILTERS = ("division", "country", "language")


def compose(request: HttpRequest, post_id: int | None = None) -> HttpResponse:
    """Show the desk; on POST check, keep as a draft, or promise."""
    post = (
        get_object_or_404(Post.objects.select_related("offer", "segment_version__segment"), pk=post_id)
        if post_id
        else None
    )
    may_write = may(request.user, "write")
    if request.method == "POST" or post is None:
        require(request.user, "write")
    now = timezone.now()
    branches = postable_branches(request.user)
    offered = offered_to(branches)
    form = compose_form(request, post, now, branches, offered)
    if request.method != "POST":
        return _page(request, post, form, None, now, offered, may_write=may_write)
    form.is_valid()
    found = _review(form, now, post)
    if request.htmx:  # type: ignore[attr-defined]  # set by django-htmx's middleware
        context = {"review": found, "form": form, "is_partial": True, "is_open": True, **_described(form)}
        context["audience"] = _audience(form, post, now)
        context["alts_changed"] = request.POST.get("alts_shown", "") != context["alts_shown"]
        return render(request, "posts/checks.html", context)
    deed = "put" if request.POST.get("put") else request.POST.get("do", "check")
    if deed in {"draft", "schedule"} and form.is_valid():
        saved = _save(request, form, post, found, now, is_promise=deed == "schedule")
        if saved is not None:
            return redirect("post", saved.pk)
    status = 422 if deed in {"draft", "schedule"} else 200
    return _page(request, post, form, found, now, offered, may_write=True, status=status)


def _save(
    request: HttpRequest, form: PostForm, post: Post | None, found: Review, now: datetime, *, is_promise: bool
) -> Post | None:
    if is_promise and found.blocks:
        return None
    try:
        with transaction.atomic():
            saved = save_post(staff=require(request.user, "write"), draft=form.draft(), now=now, post=post)
            if is_promise:
                _promise(request, saved, found, now)
    except NotReady as error:
        for problems in error.problems.values():
            found.problems.extend(problem for problem in problems if problem not in found.problems)
        return None
    except TooLate as error:
        messages.error(request, str(error))
        return None
    if not is_promise:
        messages.success(request, "Saved. Nothing is promised yet.")
    return saved


def _promise(request: HttpRequest, post: Post, found: Review, now: datetime) -> None:
    times = found.due()
    rows = post.placements.filter(branch_id__in=times, state__in=Placement.EDITABLE)
    due = {row.pk: times[row.branch_id] for row in rows}
    placed = schedule_placements(staff=require(request.user, "publish"), due=due, now=now)
    count = f"{len(placed)} placement{'' if len(placed) == 1 else 's'}"
    messages.success(
        request, f"{count} scheduled. Each has its own link{' and code' if _has_codes(placed) else ''}."
    )
    if n_waiting := sum(row.state == Placement.State.WAITING for row in placed):
        messages.info(request, f"{n_waiting} of them wait{'s' if n_waiting == 1 else ''} for approval.")


def _has_codes(placements: list[Placement]) -> bool:
    return any(placement.code_kind != Placement.Codes.NONE for placement in placements)


def _review(form: PostForm, now: datetime, post: Post | None) -> Review:
    answers = form.cleaned_data
    return review(
        form.draft(),
        when=answers.get("when") or "now",
        wall=answers.get("at"),
        now=now,
        brand=Brand.current(),
        placed=dict(post.placements.values_list("branch_id", "pk")) if post else None,
    )


def _page(
    request: HttpRequest,
    post: Post | None,
    form: PostForm,
    found: Review | None,
    now: datetime,
    offered: Offered,
    *,
    may_write: bool,
    status: int = 200,
) -> HttpResponse:
    rows = placement_rows(post, now) if post else []
    sealed = {row.placement.branch_id for row in rows if not row.placement.is_editable}
    is_open = may_write and (not rows or len(sealed) < len(rows))
    if found is None and is_open and form.initial.get("text"):
        found = _first_review(form, now, post)
    chosen = {name: request.POST.get(f"show_{name}", "") for name in FILTERS}
    context = {
        "post": post,
        "form": form,
        "review": found,
        "rows": rows,
        "is_open": is_open,
        "may_publish": may(request.user, "publish"),
        "may_write": may_write,
        "may_override": may(request.user, "override_experiment"),
        "choices": choices_among(form.branch_rows.values()),
        "shown": chosen,
        "branch_choices": _branch_choices(form, chosen, sealed),
        "picture_choices": _picture_choices(form),
        "offered": offered,
        "variables": variables(),
        "audience": _audience(form, post, now),
        **_described(form),
    }
    return render(request, "posts/compose.html", context, status=status)


def _first_review(form: PostForm, now: datetime, post: Post | None) -> Review:
    """Check what is stored, as if it had just been typed."""
    bound = PostForm(
        as_posted(form.initial),
        branches=form.branch_rows.values(),
        offers=form.offer_rows.values(),
        pictures=form.picture_rows.values(),
        segments=form.segment_rows.values(),
    )
    bound.is_valid()
    return _review(bound, now, post)


def _audience(form: PostForm, post: Post | None, now: datetime) -> Audience | None:
    """Of what was chosen so far; of what is stored, where nobody types."""
    said = str(form["segment"].value() or "") if "segment" in form.fields else ""
    version = form.segment_rows.get(int(said)) if said.isdigit() else None
    if version is None:
        return None
    chosen = [form.branch_rows[pk] for pk in form.chosen_ids if pk in form.branch_rows]
    sent = [row.branch for row in post.placements.select_related("branch")] if post else []
    return audience_of(version, [*chosen, *sent], form.branch_rows.values(), now)


def _branch_choices(form: PostForm, shown: dict[str, str], sealed: set[int]) -> list[dict[str, Any]]:
    """Return the branches to choose from; a chosen one is never filtered away."""
    chosen = form.chosen_ids
    rows = []
    for pk, branch in form.branch_rows.items():
        facts = {
            "division": branch.division,
            "country": branch.country or "world",
            "language": branch.language,
        }
        fits = all(not value or facts[name] == value for name, value in shown.items())
        if pk in sealed:
            continue
        rows.append(
            {
                "branch": branch,
                "facts": facts,
                "is_chosen": pk in chosen,
                "is_hidden": not fits and pk not in chosen,
                "override": form.override_of(pk),
            }
        )
    return rows


def _picture_choices(form: PostForm) -> list[dict[str, Any]]:
    chosen = form.chosen_images
    return [
        {"item": item, "is_chosen": pk in chosen, "alt": form.alt_of(pk)}
        for pk, item in form.picture_rows.items()
    ]


def _described(form: PostForm) -> dict[str, Any]:
    """The fields for other descriptions of the chosen pictures on the chosen branches."""
    branches = [form.branch_rows[pk] for pk in form.branch_rows if pk in form.chosen_ids]
    chosen = [pk for pk in form.chosen_images if pk in form.picture_rows]
    pictures = [(form.picture_rows[pk], form.alt_of(pk)) for pk in chosen]
    return {
        "alts": described(pictures, branches, {pk: form.alts_of(pk) for pk in chosen}),
        "alts_shown": shown_key(chosen, [branch.pk for branch in branches]),
    }
