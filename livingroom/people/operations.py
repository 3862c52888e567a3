"""The verbs of staff and of the brand's settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from livingroom.people.models import Staff, StaffScope
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand

Scopes = Sequence[tuple[str, str]]  # kind and value of each place where a role holds; none is everywhere


class LastAdmin(ValueError):
    """Somebody must be able to change the settings."""

    def __init__(self) -> None:
        super().__init__("This is the last admin: make somebody else an admin first.")


def save_brand(*, staff: Staff, brand: Brand, now: datetime) -> Brand:
    """Change the brand's settings, and keep what they were. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        before = _settings_of(Brand.objects.select_for_update().get_or_create(pk=1)[0])
        brand.pk = 1
        brand.save()
        after = _settings_of(brand)
        changed = {
            name: {"from": before[name], "to": after[name]} for name in after if before[name] != after[name]
        }
        if changed:
            record_event(actor=staff, verb="changed settings", subject=brand, now=now, **changed)
    return brand


def allow_destination_host(*, staff: Staff, host: str, now: datetime) -> None:
    """Let short links lead to one more of the brand's hosts. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        brand = Brand.objects.select_for_update().get_or_create(pk=1)[0]
        if host.lower() not in brand.allowed_hosts:
            brand.destination_hosts = f"{brand.destination_hosts.rstrip()}\n{host.lower()}".strip()
            save_brand(staff=staff, brand=brand, now=now)


def invite_staff(
    *, staff: Staff, email: str, name: str, role: str, now: datetime, scopes: Scopes = ()
) -> tuple[Staff, str]:
    """Make an account and return it with the address where its owner sets the password. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        invited = Staff.objects.create_user(email, None, name=name, role=role)
        _write_scopes(invited, scopes)
        record_event(actor=staff, verb="invited", subject=invited, now=now, role=role)
    url = invitation_url(invited)
    send_mail(
        subject=f"{staff} invites you to {Brand.current().name}",
        message=f"Hello {name},\n\nopen this link to choose your password:\n\n{url}\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        recipient_list=[invited.email],
        fail_silently=True,  # the page shows the link, too
    )
    return invited, url


def change_staff(
    *, staff: Staff, other: Staff, role: str, is_active: bool, now: datetime, scopes: Scopes | None = None
) -> Staff:
    """Give somebody another role, other places for it, or shut or open their door; `scopes` None leaves the places.

    Raises PermissionDenied, LastAdmin.
    """
    require(staff, "set_up")
    with transaction.atomic():
        # An admin whose role holds on some branches only cannot change the settings.
        admins = set(
            Staff.objects.select_for_update(of=("self",))
            .filter(role=Staff.Role.ADMIN, is_active=True)
            .exclude(pk__in=StaffScope.objects.values("staff"))
            .values_list("pk", flat=True)
        )
        if admins == {other.pk} and (role != Staff.Role.ADMIN or not is_active or scopes):
            raise LastAdmin
        change: dict[str, Any] = {"role": role, "is_active": is_active}
        other.role, other.is_active = role, is_active
        other.save(update_fields=["role", "is_active"])
        if scopes is not None:
            change["scopes"] = _write_scopes(other, scopes)
        record_event(actor=staff, verb="changed staff", subject=other, now=now, **change)
    return other


def invitation_url(staff: Staff) -> str:
    """Return the one-time address where the password is chosen; it ends when it was used or a password was set."""
    key = f"{user_pk_to_url_str(staff)}-{default_token_generator.make_token(staff)}"
    uid, _, token = key.partition("-")
    return settings.PUBLIC_URL + reverse(
        "account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}
    )


def _write_scopes(staff: Staff, scopes: Scopes) -> list[str]:
    staff.scopes.all().delete()
    StaffScope.objects.bulk_create(
        [StaffScope(staff=staff, kind=kind, value=value) for kind, value in dict.fromkeys(scopes)]
    )
    staff.__dict__.pop("known_scopes", None)
    return [str(scope) for scope in staff.known_scopes]


def _settings_of(brand: Brand) -> dict[str, Any]:
    names = [field.name for field in Brand._meta.concrete_fields if field.name not in {"id", "updated_at"}]
    return {name: getattr(brand, name) for name in names}
