"""Pages for everybody: the list of official branches, one of them, and the two questions a visitor brings."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from livingroom.branches.answered import answered_questions
from livingroom.branches.models import Address, Branch
from livingroom.branches.roster import week_of
from livingroom.frontdoor import directory, doors
from livingroom.frontdoor.checking import check
from livingroom.frontdoor.finding.finder import find
from livingroom.frontdoor.finding.offered import offered_words
from livingroom.frontdoor.forms import NarrowForm
from livingroom.frontdoor.languages import Language, read_country
from livingroom.frontdoor.reporting import form_token
from livingroom.shared.models import Brand

ON_A_PAGE = 48
LONGEST_QUESTION = 300
FOR_A_MINUTE = {"public": True, "max_age": 60}
Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def in_many_languages(view: View[Arguments]) -> View[Arguments]:
    """Tell caches that the same address reads differently for others."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Language"])
        patch_cache_control(response, **FOR_A_MINUTE)
        return response

    return cast("View[Arguments]", answer)


@require_safe
@gzip_page
@in_many_languages
def front_door(request: HttpRequest) -> HttpResponse:
    """Every official branch: found by country, language, purpose, interest and words, without a script."""
    language = Language.read(request)
    everything = doors.open_doors()
    form = NarrowForm(doors.choices_among(everything, language), language, request.GET)
    found = doors.in_order(doors.narrow(everything, form.chosen(), language), language, read_country(request))
    size = max(1, len(found)) if request.GET.get("page") == "all" else ON_A_PAGE
    page = Paginator(found, size).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "groups": doors.grouped(doors.furnished(list(page.object_list), timezone.now()), language),
        "page": page,
        "n_found": len(found),
        "n_all": len(everything),
        "embed_url": directory.embed_source(form.chosen()),
    }
    return _page(request, "frontdoor/front_door.html", language, context)


@require_safe
@in_many_languages
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """One branch, under an address of ours that its own page can point back to."""
    door = doors.door_of(slug)
    if door is None:
        raise Http404("There is no open branch of this name.")
    [door] = doors.furnished([door], timezone.now())
    context = {
        "door": door,
        "addresses": Address.objects.filter(branch=door.pk),
        "week": week_of(Branch(pk=door.pk)),
    }
    return _page(request, "frontdoor/place.html", Language.read(request), context)


@require_safe
@in_many_languages
def find_branch(request: HttpRequest) -> HttpResponse:
    """Lead a question in plain words to the branch that fits, and say why."""
    language, question = Language.read(request), request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    context: dict[str, Any] = {"question": question}
    if question:
        found = find(
            question,
            doors.open_doors(),
            offered=offered_words(),
            reader=language,
            home=read_country(request),
            brand=Brand.current().name,
        )
        spoken = {found.language or language.code, language.code}
        context["answered"] = answered_questions(question, frozenset(spoken))
        shown = doors.furnished([match.door for match in found.matches], timezone.now())
        for match, door in zip(found.matches, shown, strict=True):
            match.door = door
        context |= {"found": found}
    return _page(request, "frontdoor/find.html", language, context)


@require_safe
def check_account(request: HttpRequest) -> HttpResponse:
    """Say whether an account is ours."""
    text = request.GET.get("account", "").strip()[:500]
    response = checked_page(request, text)
    patch_vary_headers(response, ["Accept-Language"])
    response["Cache-Control"] = "private, no-store"  # the form in it carries a moment of its own
    return response


def checked_page(request: HttpRequest, text: str, *, told: str = "", status: int = 200) -> HttpResponse:
    """The page of the check; `told` is what came of a report."""
    verdict = check(text) if text else None
    context = {
        "text": text,
        "verdict": verdict,
        "door": doors.door_of(verdict.branch.slug)
        if verdict and verdict.branch and verdict.kind in {"ours", "name"}
        else None,
        "token": form_token(text) if verdict and verdict.may_be_reported else "",
        "told": told,
    }
    return _page(request, "frontdoor/check.html", Language.read(request), context, status=status)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@in_many_languages
def embed(request: HttpRequest) -> HttpResponse:
    """The list for a frame on somebody else's site: no script, no cookie."""
    language = Language.read(request)
    everything = doors.open_doors()
    form = NarrowForm(doors.choices_among(everything, language), language, request.GET)
    found = doors.in_order(doors.narrow(everything, form.chosen(), language), language, read_country(request))
    shown = doors.furnished(found[:ON_A_PAGE], timezone.now())
    return _page(request, "frontdoor/embed.html", language, {"doors": shown, "n_found": len(found)})


def _page(
    request: HttpRequest, template: str, language: Language, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    kept = f"?lang={language.code}" if language.chosen else ""
    response = render(request, template, {**context, "language": language, "kept": kept}, status=status)
    response["Content-Language"] = language.code
    return response
