"""The pages of phrases: what is kept, one of them, and putting it away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.people.policy import may, require
from livingroom.posts.models import Offer
from livingroom.posts.operations import NotReady
from livingroom.posts.phrases.forms import PhraseForm, text_forms
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.operations import NotAPhrase, archive_phrase, restore_phrase, save_phrase
from livingroom.posts.phrases.places import may_keep, place_words
from livingroom.posts.phrases.queries import n_promised, shelf, used_where
from livingroom.posts.phrases.variables import described
from livingroom.posts.queries import current_offers

Kind = Phrase.Kind
ABOUT = {
    Kind.TEMPLATE: "A template begins a post: its words are copied into the composer, each branch’s in its language.",
    Kind.SIGNATURE: "A signature is put at the end, by choice or always.",
    Kind.HASHTAGS: "A hashtag set is put in by one click, and stands in the post by its name.",
    Kind.SNIPPET: "A snippet is put in by its name. Changed here, it changes in every post that is not out yet.",
}


@require_GET
def phrases(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "")
    kind = kind if kind in Kind.values else ""
    archived = bool(request.GET.get("archived"))
    rows = shelf(kind=kind, words=words, archived=archived)
    context = {
        "rows": [(row, place_words(row.places)) for row in rows],
        "kinds": [("", "All"), *Kind.choices],
        "kind": kind,
        "words": words,
        "archived": archived,
        "about": ABOUT[Kind(kind)] if kind else "",
        "may_write": may(request.user, "publish"),
    }
    return render(request, "posts/phrases/list.html", context)


def phrase_new(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    require(request.user, "publish")
    return _edit(request, Phrase(kind=kind if kind in Kind.values else Kind.SNIPPET))


def phrase(request: HttpRequest, phrase_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Phrase.objects.select_related("offer"), pk=phrase_id))


@require_POST
def phrase_archive(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Put a phrase away, or bring it back."""
    row = get_object_or_404(Phrase, pk=phrase_id)
    staff, now = require(request.user, "publish"), timezone.now()
    try:
        if row.archived_at is None:
            archive_phrase(staff=staff, phrase=row, now=now)
            messages.success(request, f"“{row}” is offered no more. Posts that name it still say it.")
        else:
            restore_phrase(staff=staff, phrase=row, now=now)
            messages.success(request, f"“{row}” is offered again.")
    except NotReady as error:
        messages.error(request, str(error))
    return redirect("phrase", phrase_id)


def _edit(request: HttpRequest, row: Phrase) -> HttpResponse:
    may_change = may_keep(request.user, row.places) if row.pk else may(request.user, "publish")
    require(request.user, "publish" if request.method == "POST" else "look")
    offers = _offers(row)
    form = PhraseForm(request.POST or None, phrase=row, offers=offers)
    initial = [{"language": language, "text": text} for language, text in row.texts]
    texts = text_forms(request.POST or None, initial, row.kind)
    if request.method == "POST" and form.is_valid() & texts.is_valid():
        try:
            staff = require(request.user, "publish")
            saved = save_phrase(staff=staff, phrase=form.made(texts.texts()), now=timezone.now())
        except NotReady as error:
            form.add_error(None, f"Posts that say it could not be sent: {error}")
        except NotAPhrase as error:
            form.add_error(None, str(error))
        except PermissionDenied as error:
            form.add_error("places", str(error))
        else:
            messages.success(request, f"Saved “{saved}”.")
            return redirect("phrase", saved.pk)
    context = {
        "phrase": row,
        "form": form,
        "texts": texts,
        "about": ABOUT[Kind(row.kind)],
        "variables": described(),
        "uses": used_where(row) if row.pk else None,
        "n_promised": n_promised(row) if row.pk else 0,
        "may_change": may_change,
        "places": place_words(row.places),
    }
    return render(
        request, "posts/phrases/edit.html", context, status=422 if request.method == "POST" else 200
    )


def _offers(row: Phrase) -> QuerySet[Offer]:
    keys = [offer.pk for offer in current_offers(timezone.now(), keep=row.offer)]
    return Offer.objects.filter(pk__in=keys)
