"""Which of the languages we have a visitor reads."""

from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

Words = dict[str, str]
DEFAULT = "en"


def language_of(request: HttpRequest, have: Collection[str]) -> str:
    """What was asked for by name (?lang=), else the first of the browser's that we have."""
    asked = request.GET.get("lang", "") or request.POST.get("lang", "")
    if asked in have:
        return asked
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if wanted.split("-")[0] in have:
            return wanted.split("-")[0]
    return DEFAULT
