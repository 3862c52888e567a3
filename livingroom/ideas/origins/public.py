"""The page behind the link that who said it was sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from livingroom.ideas.models import ConsentAsk, Idea
from livingroom.ideas.origins.consent import answer_consent
from livingroom.ideas.origins.words import WORDS, words_in
from livingroom.ideas.portal.addresses import idea_path
from livingroom.shared.models import Brand
from livingroom.shared.tongues import language_of


@csrf_exempt  # the secret in the address is the proof, and whoever follows it has no cookie of ours
@require_http_methods(["GET", "HEAD", "POST"])
def idea_consent(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening it decides nothing: programs that read mail open links, too."""
    ask = ConsentAsk.objects.select_related("idea__board", "mention").filter(secret=secret).first()
    language = language_of(request, WORDS)
    if ask is None:
        return _page(request, language, {"gone": True}, status=404)
    if request.method == "POST":
        given = request.POST.get("agreed", "")
        if given in ("yes", "no"):
            named = request.POST.get("named", "yes") == "yes"
            answer_consent(ask=ask, agreed=given == "yes", named=named, now=timezone.now())
            ask.idea.refresh_from_db()
    idea = ask.idea
    words, name = words_in(language), idea.credited_name
    context: dict[str, Any] = {
        "ask": ask, "idea": idea, "name": name,
        "lead": words["lead"].format(brand=Brand.current().name),
        "named": words["named"].format(name=name), "credited": words["credited"].format(name=name),
        "idea_url": idea_path(idea) if idea.standing == Idea.Standing.PUBLIC else "",
    }  # fmt: skip
    return _page(request, language, context)


def _page(request: HttpRequest, language: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    given = {"words": words_in(language), "language": language, **context}
    response = render(request, "ideas/origins/consent.html", given, status=status)
    patch_vary_headers(response, ["Accept-Language"])
    response["Cache-Control"], response["Referrer-Policy"] = "private, no-store", "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
