from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from livingroom.orders import queries, shops
from livingroom.orders.forms import KeyForm, SecretForm, ShopForm
from livingroom.orders.models import ApiKey, Shop
from livingroom.orders.views import staff_of
from livingroom.people.policy import may, require
from livingroom.shared.models import Brand


@require_safe
def shop_list(request: HttpRequest) -> HttpResponse:
    context = {
        "health": queries.intake_health(timezone.now()),
        "keys": ApiKey.objects.filter(revoked_at=None).order_by("name"),
        "key_form": KeyForm(),
        "may_set_up": may(staff_of(request), "set_up"),
        "api_url": f"{settings.PUBLIC_URL}/api/docs",
    }
    return render(request, "orders/shops.html", context)


@never_cache
@sensitive_post_parameters("secret")
def new_shop(request: HttpRequest) -> HttpResponse:
    """Make a shop, and show its secret this once."""
    require(staff_of(request), "set_up")
    form = ShopForm(request.POST or None, initial={"currency": Brand.current().reporting_currency})
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = shops.make_shop(actor=staff_of(request), now=timezone.now(), **form.cleaned_data)
        except shops.ShopExists as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"{made.name} is ready.")
            return _page(request, made, secret=secret if made.kind in shops.OURS_TO_MAKE else "")
    return render(request, "orders/shop_new.html", {"form": form})


@require_safe
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, get_object_or_404(Shop, slug=slug))


@never_cache
@require_POST
@sensitive_post_parameters("secret")
def rotate_secret(request: HttpRequest, slug: str) -> HttpResponse:
    """A new secret: ours is made and shown this once, Stripe's and Shopify's are given."""
    found = get_object_or_404(Shop, slug=slug)
    form = SecretForm(request.POST)
    is_theirs = found.kind in shops.THEIRS_TO_MAKE
    if is_theirs and not form.is_valid():
        return _page(request, found, form=form, status=422)
    given = form.cleaned_data["secret"] if is_theirs else ""
    fresh = shops.rotate_secret(actor=staff_of(request), shop=found, now=timezone.now(), secret=given)
    return _page(request, found, secret="" if given else fresh)


@require_POST
def forget_old_secret(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Shop, slug=slug)
    shops.forget_old_secret(actor=staff_of(request), shop=found, now=timezone.now())
    messages.success(request, "The old secret is no longer accepted.")
    return redirect("shop", slug)


@never_cache
@require_POST
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key, and show it this once."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the key a name: who will use it?")
        return redirect("shops")
    key, text = shops.make_api_key(
        actor=staff_of(request), name=form.cleaned_data["name"], now=timezone.now()
    )
    return render(request, "orders/key.html", {"key": key, "text": text})


@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk, revoked_at=None)
    shops.revoke_api_key(actor=staff_of(request), key=key, now=timezone.now())
    messages.success(request, f"The key {key.name} is no longer accepted.")
    return redirect("shops")


def _page(
    request: HttpRequest, found: Shop, *, secret: str = "", form: SecretForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "shop": found,
        "webhook_url": settings.PUBLIC_URL + reverse("order_webhook", args=[found.slug]),
        "secret": secret,
        "how": f"orders/how/{found.kind}.html",
        "gives_secret": found.kind in shops.THEIRS_TO_MAKE,
        "form": form or SecretForm(),
        "old_secret_until": found.previous_secret_until
        if (found.previous_secret_until or now) > now
        else None,
        "refused": found.refused.all()[:14],
        "imports": found.imports.all()[:5],
        "may_set_up": may(staff_of(request), "set_up"),
    }
    return render(request, "orders/shop.html", context, status=status)
