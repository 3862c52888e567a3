"""Calls that write are done once: the same `Idempotency-Key` once more gets the same answer, and nothing else happens."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.errors import HttpError

from livingroom.ideas.duty.operations import CannotAnswer
from livingroom.ideas.merging.operations import CannotMerge
from livingroom.ideas.models import ApiCall, StaffKey
from livingroom.ideas.refusals import Refused
from livingroom.orders.models import ApiKey
from livingroom.people.members.doing import CannotDo

HEADER = "Idempotency-Key"
MOST = 100
Answer = tuple[int, dict[str, Any]]
# For the page of the API: so that calls can be tried there.
ONCE = {
    "parameters": [
        {
            "in": "header", "name": HEADER, "required": True, "schema": {"type": "string", "maxLength": MOST},
            "description": "A word of your own for this call: the same once more is answered the same and does nothing.",
        }
    ]
}  # fmt: skip


def once(request: HttpRequest, response: HttpResponse, do: Callable[[], Answer]) -> Answer:
    """Do it, unless this call was answered before. What a person can mend is an answer, too; what broke can be tried again."""
    name, digest = request.headers.get(HEADER, "").strip(), _digest(request)
    if not 0 < len(name) <= MOST:
        raise HttpError(
            400, f"Send {HEADER}: a word of your own for this call, so that asking again does nothing twice."
        )
    known = ApiCall.objects.filter(caller=_caller(request), idempotency_key=name)
    if (before := known.first()) is not None:
        return _again(before, digest, response)
    call: ApiCall | None = None
    try:
        with transaction.atomic():
            # Another with the same word waits here until the first is through.
            call = ApiCall.objects.create(
                caller=_caller(request), idempotency_key=name, digest=digest, at=timezone.now()
            )
            call.status, call.answer = _answered(do)
            call.save(update_fields=["status", "answer"])
    except IntegrityError:
        if (before := known.first()) is None:
            raise
        return _again(before, digest, response)
    except Exception:
        # Kept, but its letter did not go out: asked again, it is done again.
        if call is not None:
            ApiCall.objects.filter(pk=call.pk).delete()
        raise
    return call.status, call.answer


def _answered(do: Callable[[], Answer]) -> Answer:
    try:
        with transaction.atomic():
            return do()
    except Refused as problem:
        return 422, {"problem": str(problem), "field": "", "key": problem.key}
    except (CannotAnswer, CannotMerge) as problem:
        return 422, {"problem": str(problem), "field": problem.field, "key": ""}
    except CannotDo as problem:
        return 422, {"problem": str(problem), "field": "", "key": ""}
    except PermissionDenied as problem:
        return 403, {"problem": str(problem), "field": "", "key": ""}


def _again(call: ApiCall, digest: str, response: HttpResponse) -> Answer:
    if call.digest != digest:
        raise HttpError(409, f"This {HEADER} was sent with another call. Use a new one for each.")
    response["Idempotency-Replayed"] = "true"
    return call.status, call.answer


def _caller(request: HttpRequest) -> str:
    key: ApiKey | StaffKey = request.auth  # type: ignore[attr-defined]  # set by ninja once the key is proven
    return f"{'staff' if isinstance(key, StaffKey) else 'app'} {key.pk}"


def _digest(request: HttpRequest) -> str:
    return hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
