"""The web form in the visitor's language."""

import json
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

Words = dict[str, str]

WORDS: dict[str, Words] = json.loads((Path(__file__).parent / "words.json").read_text())
DEFAULT = "en"


def language_of(request: HttpRequest) -> str:
    """What was asked for by name (?lang=), else the first of the browser's that we have."""
    asked = request.GET.get("lang", "") or request.POST.get("lang", "")
    if asked in WORDS:
        return asked
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if wanted.split("-")[0] in WORDS:
            return wanted.split("-")[0]
    return DEFAULT
