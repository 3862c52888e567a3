"""The members' door: name an address, open the letter, and what we write to whom. No page needs a script."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from livingroom.people.members import doing
from livingroom.people.members.asking import ask_by_letter
from livingroom.people.members.at_the_door import let_in, let_out, member_of
from livingroom.people.members.doing import CannotDo
from livingroom.people.members.letters import EVERYTHING, NotOurs, stop_by_link
from livingroom.people.members.models import Member
from livingroom.people.members.operations import NotOpen, TooMany, find_letter, open_letter
from livingroom.people.members.words import WORDS, words_in
from livingroom.shared.tongues import language_of
from livingroom.shared.visitors import agent_name, network_name, visitor_address, visitor_of_day

THE_PERSON = "the person"


def ask_for_address(
    request: HttpRequest, *, deed: str, back: str, status: int = 200, **more: Any
) -> HttpResponse:
    """The page that asks a visitor for their address, with what they wanted to do kept in its form."""
    return _page(
        request, "sign_in", {"deed": deed, "back": back, "given": request.POST, **more}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return ask_for_address(request, deed="", back=request.GET.get("back", ""))
    token, back = request.POST.get("deed", ""), request.POST.get("back", "")
    words = words_in(language_of(request, WORDS))
    deed = doing.unsigned(token) if token else None
    if token and deed is None:
        return _page(request, "notice", {"problem": words["form_old"], "back": back}, status=400)
    if request.POST.get("website"):  # a field that people do not see, and machines fill in
        return _page(request, "sent", {"mail": request.POST.get("mail", "")})
    mail, name = request.POST.get("mail", "").strip(), request.POST.get("name", "").strip()
    if not mail or not name:
        return ask_for_address(request, deed=token, back=back, status=422, problem=words["required"])
    try:
        link = _write(request, mail, name, deed, back)
    except CannotDo:
        return ask_for_address(request, deed=token, back=back, status=422, problem=words["wrong_mail"])
    except TooMany:
        return ask_for_address(request, deed=token, back=back, status=429, problem=words["too_many"])
    return _page(request, "sent", {"mail": mail, "demo_link": link if settings.DEMO else "", "deed": deed})


def _write(request: HttpRequest, mail: str, name: str, deed: list[Any] | None, back: str) -> str:
    now, address, language = timezone.now(), visitor_address(request), language_of(request, WORDS)
    send = ask_by_letter(
        mail=mail, name=name, language=language, network=network_name(address), agent=agent_name(request),
        visitor=visitor_of_day(address, now, purpose="sign in"), deed=deed, back=back, now=now,
    )  # fmt: skip
    return send()


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of a letter. Opening it does nothing yet: mail scanners open links, too."""
    now = timezone.now()
    try:
        if request.method != "POST":
            return _page(request, "open", {"letter": find_letter(secret, now), "secret": secret})
        member, opened = open_letter(secret, now)
    except NotOpen:
        words = words_in(language_of(request, WORDS))
        return _page(request, "notice", {"problem": words["not_open"], "ask_again": True}, status=410)
    let_in(request, member)
    if opened.deed is None:
        return redirect(opened.back or "member")
    try:
        return redirect(doing.do(opened.deed[0], member, opened.deed[1], now))
    except CannotDo as problem:
        why = doing.said_in(problem, language_of(request, WORDS))
        return _page(request, "notice", {"problem": why, "back": opened.back}, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """What a member may change about themselves."""
    member = member_of(request)
    if member is None:
        return redirect(f"{reverse('member_sign_in')}?back={reverse('member')}")
    saved = request.method == "POST"
    if saved:
        member.name = request.POST.get("name", "").strip()[:80] or member.name
        language = request.POST.get("language", "")
        member.language = language if language in WORDS else member.language
        member.hears_from_us = "hears_from_us" in request.POST
        member.save(update_fields=["name", "language", "hears_from_us"])
    return _page(
        request, "me", {"member": member, "saved": saved, "tongues": list(WORDS)}, language=member.language
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    let_out(request)
    return redirect("front_door")


@require_POST
def take(request: HttpRequest) -> HttpResponseBase:
    """What we know of a member, as a file for them."""
    from livingroom.people.export.writing import export_of

    member = member_of(request)
    if member is None or member.customer is None:
        return redirect("member_sign_in")
    file = export_of(by=THE_PERSON, customer=member.customer, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename="what-we-know-of-you.zip")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Erase a member everywhere: begun at once, carried out by the worker. The page shows the number of the receipt."""
    from livingroom.people.erasure.operations import ask_erasure

    member = member_of(request)
    if member is None or member.customer is None:
        return redirect("member_sign_in")
    if "sure" not in request.POST:
        return redirect("member")
    receipt = ask_erasure(by=THE_PERSON, customer=member.customer, now=timezone.now())
    let_out(request)
    return _page(request, "left", {"number": receipt.number}, language=member.language)


@csrf_exempt  # the token in the address is the proof, and mail programs post without a page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Hear no more: one click on the page, or one in the mail program."""
    stopped = request.method == "POST"
    try:
        member, about = stop_by_link(token, timezone.now(), read_only=not stopped)
    except NotOurs:
        return _page(request, "notice", {"problem": words_in("en")["not_open"]}, status=404)
    context = {"stopped": stopped, "token": token, "is_everything": about == EVERYTHING}
    return _page(request, "stop", context, language=member.language)


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200, language: str = ""
) -> HttpResponse:
    language = language or language_of(request, WORDS)
    member: Member | None = member_of(request)
    words = words_in(language)
    given = {"words": words, "language": language, "member": member, **context}
    given["sent_lead"] = words["sent_lead"].format(mail=context.get("mail", ""))
    given["signed_in"] = words["signed_in_as"].format(name=member) if member else ""
    response = render(request, f"people/members/{name}.html", given, status=status)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    response["Cache-Control"] = "private, no-store"
    return response
