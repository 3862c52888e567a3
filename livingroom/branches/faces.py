"""Pictures of hosts: looked at, cut square, written anew, and stored under the digest of what came out.

They lie apart from the library's pictures: a face that is taken down is not to be had any more.
"""

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from livingroom.branches.models import Host
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event
from livingroom.shared.pictures import square_picture

# Four points of the file for one of the small circle, two for one of the large: sharp on every screen.
SIDE = 160


def may_change_face(staff: object, host: Host) -> bool:
    """Who arranges all branches of a host may change the picture; so may the host."""
    if isinstance(staff, Staff) and host.staff_id == staff.pk and may(staff, "write"):
        return True
    places = list(host.branches.all())
    return may(staff, "arrange") and all(may(staff, "arrange", place) for place in places)


def show_face(*, staff: Staff, host: Host, content: bytes, now: datetime) -> Host:
    """Give a host a picture, in the place of the one before. Raises PermissionDenied, NotAPicture."""
    _require_may_change(staff, host)
    picture = square_picture(content, SIDE)
    name, before = f"{picture.digest}.{picture.ending}", host.face
    if not default_storage.exists(path_of(name)):
        default_storage.save(path_of(name), ContentFile(picture.content))
    with transaction.atomic():
        host.face = name
        host.save(update_fields=["face"])
        record_event(actor=staff, verb="showed face", subject=host, now=now, name=host.name)
        transaction.on_commit(lambda: _forget(before))
    return host


def take_down_face(*, staff: Staff, host: Host, now: datetime) -> None:
    """Show the initials again, and keep the picture nowhere. Raises PermissionDenied."""
    _require_may_change(staff, host)
    before = host.face
    with transaction.atomic():
        host.face = ""
        host.save(update_fields=["face"])
        record_event(actor=staff, verb="took down face", subject=host, now=now, name=host.name)
        transaction.on_commit(lambda: _forget(before))


def path_of(name: str) -> str:
    """Where a face lies in the storage; `name` is its digest and ending."""
    return f"faces/{name[:2]}/{name}"


def _require_may_change(staff: Staff, host: Host) -> None:
    if may_change_face(staff, host):
        return
    require(staff, "arrange")
    for place in host.branches.all():
        require(staff, "arrange", place)


def _forget(name: str) -> None:
    """Delete a picture that no host shows any more; two hosts may show the same one."""
    if name and not Host.objects.filter(face=name).exists():
        default_storage.delete(path_of(name))
