"""Mailboxes: which are read, how it goes, and what could not be read. And files that came by mail."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from livingroom.inbox.forms import CustomForm, MailboxForm
from livingroom.inbox.mail.fetching import fetch_mail
from livingroom.inbox.mail.models import Attachment, Mailbox, PassedMail, UnreadMail
from livingroom.inbox.mail.operations import delete_mailbox, save_mailbox
from livingroom.inbox.mail.taking import path_of
from livingroom.inbox.models import HouseCustom
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event


@require_http_methods(["GET", "HEAD", "POST"])
def mailboxes(request: HttpRequest) -> HttpResponse:
    """All mailboxes; a form for another one; the custom of the house."""
    staff = require(request.user, "set_up" if request.method == "POST" else "look")
    form, custom = MailboxForm(), CustomForm(instance=HouseCustom.current())
    if request.method == "POST" and "reopen_days" in request.POST:
        custom = CustomForm(request.POST, instance=HouseCustom.current())
        if custom.is_valid():
            saved = custom.save()
            record_event(
                actor=staff, verb="set the inbox's custom", subject=saved, now=timezone.now(), said=str(saved)
            )
            messages.success(request, "Noted.")
            return redirect("mailboxes")
    elif request.method == "POST":
        form = MailboxForm(request.POST)
        if form.is_valid():
            return _saved(request, form)
    context = {
        "rows": Mailbox.objects.select_related("branch"),
        "unread": UnreadMail.objects.select_related("mailbox")[:50],
        "passed": PassedMail.objects.select_related("mailbox")[:50],
        "form": form,
        "custom": custom,
        "may_set_up": may(request.user, "set_up"),
        "may_answer": may(request.user, "answer"),
    }
    is_wrong = form.is_bound or custom.is_bound
    return render(request, "inbox/mail/mailboxes.html", context, status=422 if is_wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one, or take it away."""
    staff = require(request.user, "set_up")
    row = get_object_or_404(Mailbox, pk=pk)
    form = MailboxForm(request.POST or None, instance=row)
    if "delete" in request.POST:
        delete_mailbox(staff=staff, mailbox=row, now=timezone.now())
        messages.success(request, f"{row.address} is read no more.")
        return redirect("mailboxes")
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    return render(
        request, "inbox/mail/mailbox.html", {"form": form, "row": row}, status=422 if form.is_bound else 200
    )


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file that came by mail: always as a download, never as a page."""
    require(request.user, "look")
    row = get_object_or_404(Attachment, pk=pk)
    if not row.digest or not default_storage.exists(path_of(row.digest)):
        raise Http404
    response = FileResponse(
        default_storage.open(path_of(row.digest)),
        as_attachment=True,
        filename=row.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _saved(request: HttpRequest, form: MailboxForm) -> HttpResponse:
    """Keep it, and read it at once, so that what is wrong shows now."""
    now = timezone.now()
    row = save_mailbox(
        staff=require(request.user, "set_up"),
        mailbox=form.save(commit=False),
        password=form.cleaned_data["password"],
        now=now,
    )
    n = fetch_mail(row, now)
    if row.problem:
        messages.warning(request, f"{row.address} is kept, but cannot be read: {row.problem}")
    else:
        messages.success(request, f"{row.address} is read from now on; {n} mails were there.")
    return redirect("mailboxes")
