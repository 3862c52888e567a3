"""The page of mentions: what pages of others say about ours, what became of what we announced, and a door to announce."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.networks.errors import NetworkError
from livingroom.networks.models import ReceivedMention, SentMention
from livingroom.networks.webmention.forms import AnnounceForm
from livingroom.networks.webmention.operations import hide_mention, open_reader
from livingroom.networks.webmention.sending import send_mentions
from livingroom.people.policy import may, require

PAGE_SIZE = 25
SENT_SHOWN = 25
TONES = {"verified": "good", "waiting": "neutral", "refused": "bad", "gone": "warn"}
SENT_TONES = {"sent": "good", "no_door": "neutral", "refused": "bad", "failed": "warn"}


@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    return _page(request)


@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Read a page of ours and tell those it links to."""
    require(request.user, "publish")
    form = AnnounceForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        sent = send_mentions(
            staff=require(request.user, "publish"),
            source=form.cleaned_data["source"],
            reader=open_reader(),
            now=timezone.now(),
        )
    except NetworkError as error:
        form.add_error("source", error.text)
        return _page(request, form=form, status=422)
    n_heard = sum(row.state == SentMention.State.SENT for row in sent)
    messages.success(request, f"The page links to {len(sent)} others; {n_heard} of them took the mention.")
    return redirect("mentions")


@require_POST
def hide(request: HttpRequest, number: int) -> HttpResponse:
    mention = get_object_or_404(ReceivedMention, pk=number)
    hide_mention(staff=require(request.user, "publish"), mention=mention, now=timezone.now())
    messages.success(request, f"The mention from {mention.source_host} is hidden.")
    return redirect("mentions")


def _page(request: HttpRequest, *, form: AnnounceForm | None = None, status: int = 200) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = ReceivedMention.objects.all()
    rows = rows.filter(state=state) if state in ReceivedMention.State.values else rows
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    if request.GET.get("format") == "json":
        return JsonResponse({"mentions": [_shown(row) for row in page], "pages": page.paginator.num_pages})
    context = {
        "rows": [(row, TONES[row.state]) for row in page],
        "tabs": _tabs(state),
        "newer_url": _url(state, page.previous_page_number()) if page.has_previous() else "",
        "older_url": _url(state, page.next_page_number()) if page.has_next() else "",
        "sent": [(row, SENT_TONES[row.state]) for row in SentMention.objects.all()[:SENT_SHOWN]],
        "form": form or AnnounceForm(),
        "may_publish": may(request.user, "publish"),
        "webmention_url": settings.PUBLIC_URL + reverse("webmention"),
        "pingback_url": settings.PUBLIC_URL + reverse("pingback"),
        "json_url": f"{_url(state, page.number)}&format=json",
    }
    return render(request, "networks/mentions.html", context, status=status)


def _tabs(state: str) -> list[dict[str, object]]:
    kinds = [("", "All"), *ReceivedMention.State.choices]
    return [
        {
            "url": _url(value, 1),
            "label": label,
            "is_current": value == state,
            "n": (ReceivedMention.objects.filter(state=value) if value else ReceivedMention.objects).count(),
        }
        for value, label in kinds
    ]


def _url(state: str, page: int) -> str:
    return f"{reverse('mentions')}?state={state}&page={page}"


def _shown(row: ReceivedMention) -> dict[str, object]:
    names = (
        "source",
        "target",
        "protocol",
        "state",
        "kind",
        "author_name",
        "author_url",
        "title",
        "text",
        "problem",
    )
    moments = ("said_at", "received_at", "looked_at", "hidden_at")
    return {name: getattr(row, name) for name in (*names, *moments)}
