"""What the composer does with phrases when a button is pressed: begin with a template, put in a phrase. No script is needed."""

from collections.abc import Iterable, MutableMapping
from typing import Any

from livingroom.branches.models import Branch
from livingroom.posts.models import Offer, Placement
from livingroom.posts.phrases.filling import NAMED
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.places import covers
from livingroom.posts.phrases.queries import Offered

Values = MutableMapping[str, Any]


def apply_phrase(
    values: Values, offered: Offered, branches: Iterable[Branch], offers: Iterable[Offer]
) -> None:
    """Do what the pressed button says to what was typed so far."""
    if values.get("do") == "begin":
        number = str(values.get("template") or "")
        template = offered.template(int(number)) if number.isdigit() else None
        if template is not None:
            begin_with(template, values, branches, offers)
    word = values.get("put") or (values.get("phrase") if values.get("do") == "insert" else "")
    if word:
        values["text"] = put_in(str(values.get("text") or ""), str(word), offered)


def begin_with(template: Phrase, values: Values, branches: Iterable[Branch], offers: Iterable[Offer]) -> None:
    """Copy a template's words in: the first language for all, others where a branch speaks them. What was typed stays below.

    Its offer comes with it while that is one of `offers`, those that are not over.
    """
    before = str(values.get("text") or "").strip()
    values["text"] = _above(template.first_text, before)
    for branch in branches:
        text, fits = template.text_in(branch.language)
        if fits and text != template.first_text and covers(template.places, branch):
            name = f"override_{branch.pk}"
            own = str(values.get(name) or "").strip()
            values[name] = _above(text, own or before)
    values["begun_from"] = str(template.pk)
    if not values.get("offer") and template.offer_id in {offer.pk for offer in offers}:
        values["offer"] = str(template.offer_id)
    has_code = any("code" in NAMED.findall(text) for _, text in template.texts)
    if has_code and values.get("code_kind", Placement.Codes.NONE) == Placement.Codes.NONE:
        values["code_kind"] = Placement.Codes.SHARED


def put_in(text: str, word: str, offered: Offered) -> str:
    """Put a phrase's name at the end: hashtags and signatures on a line of their own."""
    phrase = offered.named(word)
    is_apart = phrase is not None and phrase.kind != Phrase.Kind.SNIPPET
    space = ("\n\n" if is_apart else " ") if text.strip() else ""
    return f"{text.rstrip()}{space}{{{word}}}"


def _above(template: str, typed: str) -> str:
    return f"{template}\n\n{typed}" if typed else template
