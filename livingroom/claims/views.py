"""Pages of claims: the staff's list, form and page; the public page; downloads; two side by side."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from livingroom.attribution.models import MonthFigure
from livingroom.claims import operations
from livingroom.claims.forms import BringForm, ClaimForm
from livingroom.claims.house import NothingMeasured, readable_experiments
from livingroom.claims.models import Claim, ClaimVersion
from livingroom.claims.pages import compare, currencies, read_page
from livingroom.claims.store import latest, pdf_of
from livingroom.measure.claims import to_json
from livingroom.measure.claims.presentation import view
from livingroom.measure.problems import InputError
from livingroom.people.policy import may, require


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Every claim with its newest version."""
    require(request.user, "look")
    newest = ClaimVersion.objects.order_by("claim", "-number").select_related("claim")
    rows: dict[int, ClaimVersion] = {}
    for version in newest:
        rows.setdefault(version.claim_id, version)
    shown = sorted(rows.values(), key=lambda version: version.claim.made_at, reverse=True)
    context = {
        "rows": [(version, view(version.document)) for version in shown],
        "may_claim": may(request.user, "claim"),
        "bring": BringForm(),
    }
    return render(request, "claims/list.html", context)


def new_claim(request: HttpRequest) -> HttpResponse:
    """Make a claim from what the house knows now."""
    staff = require(request.user, "claim")
    experiments = readable_experiments()
    form = ClaimForm(request.POST or None, experiments=experiments, initial=_whole_programme())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            claim = operations.make_claim(
                staff=staff,
                title=said["title"],
                first_on=said["first"],
                last_on=said["last_on"],
                now=timezone.now(),
                branches=list(said["branches"]),
                margin=said["margin"] / 100 if said["margin"] else None,
                experiments=list(said.get("experiments", [])),
            )
        except (NothingMeasured, InputError) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request, f"“{claim}” is made. It stays as it is; later refunds make its next version."
            )
            return redirect("claim", claim.slug)
    return render(request, "claims/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def claim(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """What is claimed, with everything it stands on, and how its versions differ."""
    require(request.user, "look")
    found = get_object_or_404(Claim, slug=slug)
    page = read_page(found, _version(found, number), request.GET.get("currency", "").upper()[:3])
    context = {
        "page": page,
        "currencies": currencies(),
        "may_claim": may(request.user, "claim"),
        "others": Claim.objects.exclude(pk=found.pk)[:20],
    }
    return render(request, "claims/claim.html", context)


@require_safe
@cache_control(max_age=60, public=True)
def public_claim(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody, once it is published."""
    found = _public(slug)
    page = read_page(found, latest(found), request.GET.get("currency", "").upper()[:3])
    others = Claim.objects.public().exclude(pk=found.pk)[:5]
    return render(
        request,
        "claims/public.html",
        {"page": page, "currencies": currencies(), "others": others, "is_public": True},
    )


@require_safe
def claim_file(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """A version as PDF or JSON."""
    require(request.user, "look")
    return _file(_version(get_object_or_404(Claim, slug=slug), number), kind)


@require_safe
def public_claim_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    return _file(latest(_public(slug)), kind)


@require_safe
def compare_claims(request: HttpRequest) -> HttpResponse:
    """Two claims side by side: ?a=slug&b=slug."""
    require(request.user, "look")
    every = list(Claim.objects.all())
    chosen = [next((one for one in every if one.slug == request.GET.get(name)), None) for name in ("a", "b")]
    first, second = chosen
    found = compare(first, second) if first and second else None
    return render(request, "claims/compare.html", {"every": every, "chosen": chosen, "comparison": found})


@require_safe
@cache_control(max_age=60, public=True)
def public_compare(request: HttpRequest, first: str, second: str) -> HttpResponse:
    found = compare(_public(first), _public(second))
    return render(request, "claims/public_compare.html", {"comparison": found, "is_public": True})


@require_POST
def revise_claim(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Claim, slug=slug)
    try:
        version = operations.revise_claim(
            staff=require(request.user, "claim"), claim=found, now=timezone.now()
        )
    except (operations.NothingChanged, operations.NotOurs, NothingMeasured) as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(
            request, f"Version {version.number} is made. What changed since the last stands below."
        )
    return redirect("claim", slug)


@require_POST
def publish_claim(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Claim, slug=slug)
    staff, now = require(request.user, "claim"), timezone.now()
    if request.POST.get("public") == "no":
        operations.withdraw_claim(staff=staff, claim=found, now=now)
        messages.success(request, "Only the staff can read it now.")
    else:
        operations.publish_claim(staff=staff, claim=found, now=now)
        messages.success(request, "Everybody can read it now, at the address below.")
    return redirect("claim", slug)


@require_POST
def bring_claim(request: HttpRequest) -> HttpResponse:
    """Keep a claim that was made from files."""
    staff = require(request.user, "claim")
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Choose the .json or .pdf of a claim.")
        return redirect("claims")
    with TemporaryDirectory() as working:
        path = Path(working) / "claim"
        path.write_bytes(form.cleaned_data["file"].read())
        try:
            found = operations.bring_claim(staff=staff, file=path, now=timezone.now())
        except (InputError, operations.BrokenClaim) as problem:
            messages.error(request, str(problem).replace(str(path), "The file"))
            return redirect("claims")
    messages.success(request, f"“{found}” is kept. Its data stay where it was made.")
    return redirect("claim", found.slug)


def _version(found: Claim, number: int | None) -> ClaimVersion:
    return get_object_or_404(found.versions, number=number) if number else latest(found)


def _public(slug: str) -> Claim:
    return get_object_or_404(Claim.objects.public(), slug=slug)


def _file(version: ClaimVersion, kind: str) -> HttpResponse:
    if kind == "pdf":
        response = HttpResponse(pdf_of(version), content_type="application/pdf")
    elif kind == "json":
        response = HttpResponse(to_json(version.document), content_type="application/json; charset=utf-8")
    else:
        raise Http404
    name = f"{version.claim.slug}-v{version.number}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _whole_programme() -> dict[str, str]:
    """The months in which anything had evidence, as the form first shows them."""
    months = MonthFigure.objects.exclude(grade="none").order_by("month").values_list("month", flat=True)
    first, last = months.first(), months.last()
    return {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"} if first and last else {}
