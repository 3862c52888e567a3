"""Failures on demand, at the level of HTTP: what is armed strikes the next requests, then the network works again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from livingroom.networks.sandbox.models import SandboxAccount, SandboxFault
from livingroom.networks.sandbox.service import Request


def arm_fault(
    account: SandboxAccount, kind: str, *, n_times: int = 1, only_writes: bool = False, seconds: float = 1
) -> SandboxFault:
    """Let the next `n_times` requests of this account fail in this way."""
    return SandboxFault.objects.create(
        account=account,
        kind=SandboxFault.Kind(kind),
        n_remaining=n_times,
        only_writes=only_writes,
        seconds=seconds,
    )


def disarm_faults(account: SandboxAccount) -> None:
    account.faults.all().delete()


def strike(request: Request, now: datetime) -> SandboxFault | None:
    """Take the oldest fault that fits this request. Two workers never take the same strike."""
    kinds = SandboxFault.objects.filter(account__token=request.token, n_remaining__gt=0).order_by("pk")
    if not request.token or not kinds.exists():
        return None
    for fault in kinds:
        if not _fits(fault, request):
            continue
        with transaction.atomic(durable=True):
            taken = SandboxFault.objects.filter(pk=fault.pk, n_remaining__gt=0).update(
                n_remaining=F("n_remaining") - 1
            )
            if taken and fault.kind == SandboxFault.Kind.REVOKED:
                SandboxAccount.objects.filter(pk=fault.account_id).update(token_is_revoked=True)
        if taken:
            return fault
    return None


def _fits(fault: SandboxFault, request: Request) -> bool:
    if fault.kind == SandboxFault.Kind.CURSOR_LOST:
        return request.path == "/notices" and "cursor" in request.query
    return request.is_write or not fault.only_writes
