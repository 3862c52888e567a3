"""Offers: the list, and the form that writes or changes one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.branches.models import Branch
from livingroom.experiments.queries import may_still_join
from livingroom.links.destinations import host_of
from livingroom.people.operations import allow_destination_host
from livingroom.people.policy import may, require
from livingroom.posts.audience import choosable_segments
from livingroom.posts.models import Offer
from livingroom.posts.offer_form import OfferForm
from livingroom.posts.offers import offer_problems
from livingroom.posts.operations import save_offer
from livingroom.shared.models import Brand
from livingroom.shared.problems import Problem

AT_ONCE = 100


@require_GET
def offer_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    offers = list(
        Offer.objects.annotate(n_posts=Count("posts"))
        .select_related("segment_version__segment")
        .order_by("-starts_at", "-pk")[:AT_ONCE]
    )
    context = {
        "rows": [(offer, *_state(offer)) for offer in offers],
        "may_publish": may(request.user, "publish"),
        "now": now,
    }
    return render(request, "posts/offers.html", context)


def offer_edit(request: HttpRequest, offer_id: int | None = None) -> HttpResponse:
    require(request.user, "publish")
    offer = get_object_or_404(Offer, pk=offer_id) if offer_id else Offer()
    may_allow = may(request.user, "set_up")
    places: dict[str, Any] = {
        "zones": _zones(),
        "near": set(Branch.objects.open().values_list("country", flat=True)),
        "experiments": may_still_join(),
        "segments": choosable_segments(),
    }
    problems: list[Problem] = []
    if request.method == "POST":
        form = OfferForm(request.POST, instance=offer, may_allow_host=may_allow, **places)
        if form.is_valid():
            problems = _problems(form, may_allow=may_allow)
            if not any(problem.blocks for problem in problems):
                return _save(request, form, problems)
    else:
        initial = {"currency": Brand.current().reporting_currency} if not offer_id else {}
        form = OfferForm(instance=offer, may_allow_host=may_allow, initial=initial, **places)
    context = {"form": form, "problems": problems, "offer": offer if offer_id else None}
    return render(request, "posts/offer_edit.html", context, status=422 if request.method == "POST" else 200)


def _problems(form: OfferForm, *, may_allow: bool) -> list[Problem]:
    brand, host = Brand.current(), host_of(form.instance.destination)
    if may_allow and form.cleaned_data.get("allow_host") and host:
        # Checked as it will be once saved.
        brand.destination_hosts = f"{brand.destination_hosts}\n{host}"
    return offer_problems(form.instance, brand=brand)


def _save(request: HttpRequest, form: OfferForm, problems: Sequence[Problem]) -> HttpResponse:
    now = timezone.now()
    with transaction.atomic():
        if form.cleaned_data.get("allow_host"):
            allow_destination_host(
                staff=require(request.user, "set_up"), host=host_of(form.instance.destination), now=now
            )
        offer = save_offer(staff=require(request.user, "publish"), offer=form.save(commit=False), now=now)
    messages.success(request, f"“{offer}” is saved.")
    for problem in problems:
        messages.warning(request, problem.text)
    return redirect("offers")


def _state(offer: Offer) -> tuple[str, str]:
    now = timezone.now()
    if offer.is_over_at(now):
        return "neutral", "Over"
    return ("accent", "To come") if offer.starts_at > now else ("good", "Running")


def _zones() -> list[str]:
    return ["UTC", *sorted(set(Branch.objects.values_list("time_zone", flat=True)) - {"UTC"})]
