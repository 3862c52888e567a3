"""The sandbox's page: what its visitors would see, and the failures that can be armed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.networks.models import SandboxAccount, SandboxFault, SandboxPicture, SandboxPost
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.faults import arm_fault, disarm_faults
from livingroom.networks.sandbox.forms import AnswerForm, FaultForm
from livingroom.networks.sandbox.timeline import timeline
from livingroom.people.policy import may, require


@require_GET
def sandbox_timeline(request: HttpRequest, handle: str) -> HttpResponse:
    require(request.user, "look")
    return _page(request, get_object_or_404(SandboxAccount, handle=handle))


@require_POST
def sandbox_fault(request: HttpRequest, handle: str) -> HttpResponse:
    require(request.user, "set_up")
    account, form = get_object_or_404(SandboxAccount, handle=handle), FaultForm(request.POST)
    if not form.is_valid():
        return _page(request, account, fault_form=form)
    arm_fault(account, **form.cleaned_data)
    messages.success(request, f"Armed: {SandboxFault.Kind(form.cleaned_data['kind']).label}.")
    return redirect("sandbox_timeline", handle=handle)


@require_POST
def sandbox_calm(request: HttpRequest, handle: str) -> HttpResponse:
    require(request.user, "set_up")
    disarm_faults(get_object_or_404(SandboxAccount, handle=handle))
    messages.success(request, "Nothing is armed any more.")
    return redirect("sandbox_timeline", handle=handle)


@require_POST
def sandbox_answer(request: HttpRequest, handle: str, number: int) -> HttpResponse:
    """Say something as one of the public, to see it come home."""
    require(request.user, "publish")
    account, form = get_object_or_404(SandboxAccount, handle=handle), AnswerForm(request.POST)
    post = get_object_or_404(SandboxPost.objects.standing(), pk=number, author=account)
    if not form.is_valid():
        return _page(request, account, answer_form=form, answer_to=post.pk)
    now = timezone.now()
    public.reply_as(
        public.join(form.cleaned_data["handle"], now=now), post, form.cleaned_data["text"], now=now
    )
    return redirect("sandbox_timeline", handle=handle)


@require_GET
def sandbox_picture(request: HttpRequest, number: int) -> HttpResponse:
    require(request.user, "look")
    row = get_object_or_404(SandboxPicture, pk=number)
    response = HttpResponse(bytes(row.content), content_type=row.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(
    request: HttpRequest,
    account: SandboxAccount,
    *,
    fault_form: FaultForm | None = None,
    answer_form: AnswerForm | None = None,
    answer_to: int | None = None,
) -> HttpResponse:
    before = request.GET.get("before", "")
    rows, older = timeline(account, before=int(before) if before.isdecimal() else None)
    context = {
        "account": account,
        "n_followers": account.followers.count(),
        "n_posts": account.posts.standing().count(),
        "rows": rows,
        "older_url": f"?before={older}" if older else "",
        "faults": account.faults.filter(n_remaining__gt=0).order_by("pk"),
        "fault_form": fault_form or FaultForm(),
        "answer_form": answer_form or AnswerForm(),
        "answer_to": answer_to,
        "may_set_up": may(request.user, "set_up"),
        "may_publish": may(request.user, "publish"),
    }
    is_wrong = fault_form is not None or answer_form is not None
    return render(request, "networks/sandbox/timeline.html", context, status=422 if is_wrong else 200)
