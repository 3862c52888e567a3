from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from livingroom.branches.faces import SIDE, show_face, take_down_face
from livingroom.branches.models import Host
from livingroom.people.models import Staff
from tests.posts import cast
from tests.posts.cast import NOON

PLACE_AND_TIME = b"GPS 52.5N"


@pytest.fixture
def ana(db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    cast.open_house()
    host = Host.objects.create(name="Ana Souza", initials="AS")
    cast.branch("Outlet", connected=False, network="x", handle="outlet").hosts.add(host)
    return host


def photograph(colour="red", size=(900, 600)) -> bytes:
    """A JPEG with a camera's notes in it."""
    exif = Image.Exif()
    exif[0x010E] = PLACE_AND_TIME.decode()
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


def manager() -> Staff:
    return cast.staff("Mona", Staff.Role.MANAGER)


def test_a_face_is_a_small_square_without_notes(ana):
    assert PLACE_AND_TIME in photograph()

    show_face(staff=manager(), host=ana, content=photograph(), now=NOON)

    from django.core.files.storage import default_storage

    from livingroom.branches.faces import path_of

    stored = default_storage.open(path_of(ana.face)).read()
    assert PLACE_AND_TIME not in stored
    assert Image.open(BytesIO(stored)).size == (SIDE, SIDE)


def test_visitors_and_staff_see_the_face_and_initials_without_one(ana, client):
    assert 'aria-hidden="true">AS<' in client.get("/").content.decode()

    show_face(staff=manager(), host=ana, content=photograph(), now=NOON)

    for page in ("/", "/places/outlet/", "/embed/"):
        assert f'src="{ana.face_url}"' in client.get(page).content.decode(), page
    [branch] = client.get("/directory.json").json()["branches"]
    assert branch["hosts"][0]["picture"].endswith(ana.face_url)
    client.force_login(cast.ian())
    for page in ("/branches/", "/branches/outlet/", "/branches/-/hosts/", f"/branches/-/hosts/{ana.pk}/"):
        assert f'src="{ana.face_url}"' in client.get(page).content.decode(), page


def test_a_face_is_served_to_everybody_as_the_picture_that_we_wrote(ana, client):
    show_face(staff=manager(), host=ana, content=photograph(), now=NOON)

    answer = client.get(ana.face_url)

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/faces/{'0' * 64}.jpg").status_code == 404


def test_a_face_that_is_taken_down_is_gone_and_another_hosts_same_one_is_not(
    ana, client, django_capture_on_commit_callbacks
):
    twin = Host.objects.create(name="Ana’s twin", initials="AT")
    for host in (ana, twin):
        show_face(staff=manager(), host=host, content=photograph(), now=NOON)
    address = ana.face_url

    with django_capture_on_commit_callbacks(execute=True):
        take_down_face(staff=manager(), host=ana, now=NOON)
    assert client.get(address).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        take_down_face(staff=manager(), host=twin, now=NOON)
    assert client.get(address).status_code == 404
    assert 'aria-hidden="true">AS<' in client.get("/").content.decode()


def test_what_is_no_picture_is_refused_in_words_and_the_face_stays(ana, client):
    client.force_login(manager())
    page = f"/branches/-/hosts/{ana.pk}/"
    client.post(page, {"picture": SimpleUploadedFile("a.jpg", photograph(), "image/jpeg")})
    before = Host.objects.get().face

    for content in (b"<svg onload=alert(1)>", b"GIF89a" + bytes(50), photograph()[:400]):
        answer = client.post(page, {"picture": SimpleUploadedFile("a.jpg", content, "image/jpeg")})
        assert answer.status_code == 422
        assert "no whole picture" in answer.content.decode()

    assert before
    assert Host.objects.get().face == before


def test_only_who_arranges_the_branches_or_the_host_changes_a_face(ana, client):
    maya = cast.staff()
    with pytest.raises(PermissionDenied):
        show_face(staff=maya, host=ana, content=photograph(), now=NOON)
    client.force_login(maya)
    assert client.post(f"/branches/-/hosts/{ana.pk}/face/remove/").status_code == 403

    ana.staff = maya
    ana.save()
    show_face(staff=maya, host=ana, content=photograph(), now=NOON)

    assert ana.face
