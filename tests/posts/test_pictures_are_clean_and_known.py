"""Pictures in, pictures out: what they are, what is taken out of them, where they go."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from livingroom.networks.bluesky import records
from livingroom.networks.bluesky.network import BlueskyNetwork
from livingroom.networks.interface import Draft
from livingroom.networks.interface import Image as NetworkImage
from livingroom.networks.models import SandboxPicture
from livingroom.posts.approval.operations import StagePlan, ask_approval, set_stages
from livingroom.posts.media.models import DeskRules, MediaItem
from livingroom.posts.media.operations import add_picture, change_picture, put_away, set_desk_rules
from livingroom.posts.models import Post
from livingroom.posts.operations import NotReady, schedule_placements
from livingroom.shared.pictures import NotAPicture, clean_picture, fit_picture
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def drawn(size=(64, 48), kind="JPEG", colour="red", **options) -> bytes:
    target = BytesIO()
    Image.new(options.pop("mode", "RGB"), size, colour).save(target, kind, **options)
    return target.getvalue()


def noise(size) -> bytes:
    target = BytesIO()
    Image.effect_noise(size, 120).convert("RGB").save(target, "PNG")
    return target.getvalue()


def with_place(orientation: int = 6) -> bytes:
    """A photograph that knows where and with what it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, "Camera of Ana", b"secret comment"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return drawn(exif=exif, comment=b"taken at home")


@pytest.fixture
def item(house):
    return add_picture(
        staff=cast.staff(), content=drawn(), name="thinkbook.jpg", folder="winter", alt="A laptop.", now=NOON
    )


def test_place_camera_and_comments_are_taken_out_and_it_stands_upright():
    picture = clean_picture(with_place())

    opened = Image.open(BytesIO(picture.content))
    assert (picture.width, picture.height) == (48, 64)
    assert not opened.getexif()
    assert not {"comment", "exif", "icc_profile", "xmp"} & set(opened.info)
    assert b"Ana" not in picture.content
    assert b"home" not in picture.content


def test_what_hides_behind_a_picture_does_not_go_on():
    picture = clean_picture(drawn() + b"<script>alert(1)</script>PK\x03\x04")

    assert b"script" not in picture.content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "no whole picture"),
        (b"GIF89a" + b"\x00" * 40, "no whole picture"),
        (drawn()[:200], "no whole picture"),
        (drawn(kind="BMP"), "no whole picture"),
        (drawn(size=(1, 1)), "nothing to be seen"),
        (b"\xff" * 20_000_001, "20 MB"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content, said):
    with pytest.raises(NotAPicture, match=said):
        clean_picture(content)


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes whose head promises many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(11_000, 11_000), (60_000, 60_000), (30_000, 10)])
def test_a_decompression_bomb_is_refused_before_it_unfolds(size):
    with pytest.raises(NotAPicture, match=r"points|unfold"):
        clean_picture(bomb(*size))


def test_a_moving_picture_is_refused():
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    target = BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(NotAPicture, match="moves"):
        clean_picture(target.getvalue())


def test_see_through_stays_see_through_and_the_rest_becomes_jpeg():
    assert clean_picture(drawn(kind="PNG", mode="RGBA", colour=(1, 2, 3, 90))).media_type == "image/png"
    assert clean_picture(drawn(kind="PNG", mode="RGBA", colour=(1, 2, 3, 255))).media_type == "image/jpeg"
    assert clean_picture(drawn(kind="WEBP")).media_type == "image/jpeg"


def test_it_is_made_as_small_as_a_network_wants():
    picture = clean_picture(noise((1200, 900)))

    small = fit_picture(picture.content, max_bytes=100_000, max_side=1000)

    assert len(small.content) <= 100_000
    assert max(small.width, small.height) <= 1000
    assert small.width / small.height == pytest.approx(4 / 3, abs=0.01)


def test_the_same_picture_is_kept_once(item):
    again = add_picture(staff=cast.staff(), content=drawn(), name="other.jpg", now=NOON)

    assert again.pk == item.pk
    assert MediaItem.objects.count() == 1


def post_with(item, branch, alt="", text="15 % off with {code}: {link}"):
    return cast.post(branch, images=((item, alt),), text=text)


def test_it_is_sent_with_its_description_and_known_where(item, client):
    branch = cast.branch()
    post = post_with(item, branch, alt="Our red laptop.")
    [placement] = schedule_placements(staff=cast.staff(), due={post.placements.get().pk: NOON}, now=NOON)

    cast.deliver_at(placement, NOON)

    picture = SandboxPicture.objects.get()
    assert picture.alt == "Our red laptop."
    assert picture.post.key == placement.delivery_key
    assert Image.open(BytesIO(bytes(picture.content))).size == (64, 48)
    client.force_login(cast.staff())
    page = client.get(f"/pictures/{item.pk}/").content.decode()
    assert "Winter is here" in page
    assert "Outlet (sent)" in page
    timeline = client.get("/sandbox/outlet.cornerpc/").content.decode()
    assert 'alt="Our red laptop."' in timeline
    assert client.get(f"/sandbox/pictures/{picture.pk}/")["Content-Type"] == "image/jpeg"


def test_a_big_one_is_made_smaller_for_the_network(house):
    item = add_picture(staff=cast.staff(), content=noise((2600, 1900)), name="big", alt="Noise.", now=NOON)
    branch = cast.branch()
    post = post_with(item, branch)
    [placement] = schedule_placements(staff=cast.staff(), due={post.placements.get().pk: NOON}, now=NOON)

    cast.deliver_at(placement, NOON)

    sent = bytes(SandboxPicture.objects.get().content)
    assert item.n_bytes > 1_000_000 >= len(sent)
    assert max(Image.open(BytesIO(sent)).size) <= 2000


def test_a_description_can_be_made_mandatory(house):
    item = add_picture(staff=cast.staff(), content=drawn(), name="x", now=NOON)
    branch = cast.branch()
    post = post_with(item, branch)
    due = {post.placements.get().pk: NOON}
    set_desk_rules(staff=cast.ada(), rules=DeskRules(alt_required=True), now=NOON)

    with pytest.raises(NotReady, match="must be described"):
        schedule_placements(staff=cast.staff(), due=due, now=NOON)
    change_picture(staff=cast.staff(), item=item, name="x", folder="", tags=(), alt="A red square.", now=NOON)

    assert schedule_placements(staff=cast.staff(), due=due, now=NOON)


def test_more_than_the_network_takes_is_said(house):
    pictures = [
        add_picture(staff=cast.staff(), content=drawn(colour=colour), name=colour, alt="x", now=NOON)
        for colour in ("red", "green", "blue", "white", "black")
    ]
    post = cast.post(cast.branch(), images=tuple((item, "") for item in pictures))

    with pytest.raises(NotReady, match="at most 4"):
        schedule_placements(staff=cast.staff(), due={post.placements.get().pk: NOON}, now=NOON)


def test_bluesky_shows_pictures_instead_of_the_card():
    images = (NetworkImage(b"x", "image/jpeg", "A laptop."),)

    [shown] = BlueskyNetwork.render(Draft("Look", images=images), "https://go.example/abc")

    record = records.post_record(
        shown, dids={}, at=NOON, thumb=None, reply=None, pictures=[{"$type": "blob", "size": 1}]
    )
    assert shown.images == images
    assert shown.card is None
    assert record["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [{"alt": "A laptop.", "image": {"$type": "blob", "size": 1}}],
    }
    assert "https://go.example/abc" in shown.text


def test_the_library_is_searched_by_folder_words_and_what_lacks_a_description(item, maya):
    add_picture(
        staff=cast.staff(), content=drawn(colour="blue"), name="phone", folder="summer/phones", now=NOON
    )

    assert "thinkbook" in maya.get("/pictures/?folder=winter").content.decode()
    below = maya.get("/pictures/?folder=summer").content.decode()
    assert "phone" in below
    assert "thinkbook" not in below
    assert "thinkbook" in maya.get("/pictures/?q=THINKBOOK").content.decode()
    assert "used 0×" in maya.get("/pictures/?without_alt=1").content.decode()
    assert "thinkbook" not in maya.get("/pictures/?without_alt=1").content.decode()


def test_pictures_are_added_on_the_page_and_what_is_wrong_is_said_by_name(maya):
    good = SimpleUploadedFile("shop.jpg", drawn(colour="green"))
    bad = SimpleUploadedFile("virus.jpg", b"no picture")

    answer = maya.post("/pictures/", {"pictures": [good, bad], "tags": "Shop"}, follow=True)
    page = answer.content.decode()

    assert answer.status_code == 200, page
    assert MediaItem.objects.get().tags == ["shop"]
    assert "virus.jpg: This is no whole picture" in page


def test_the_file_itself_is_public_and_harmless(item, client):
    answer = client.get(item.path)

    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/media/{'0' * 64}.jpg").status_code == 404
    assert client.get("/media/../../secret.key").status_code == 404


def test_who_only_looks_adds_nothing(house):
    with pytest.raises(PermissionDenied):
        add_picture(staff=cast.ian(), content=drawn(), name="x", now=NOON)


def test_put_away_it_is_offered_no_more_and_old_posts_keep_it(item, maya):
    post = post_with(item, cast.branch())

    put_away(staff=cast.staff(), item=item, now=NOON)

    assert "thinkbook" not in maya.get("/pictures/").content.decode()
    assert post.images.get().item == item


def test_who_approves_sees_the_picture(item, client):
    branch = cast.branch()
    set_stages(staff=cast.ada(), branch=branch, stages=[StagePlan("Editor", "manager")], now=NOON)
    post = post_with(item, branch)
    version = ask_approval(staff=cast.staff(), placement=post.placements.get(), now=NOON)
    client.force_login(cast.staff("Arun", "manager"))

    page = client.get(f"/approvals/{version.pk}/").content.decode()

    assert f'src="{item.path}" alt="A laptop."' in page


def test_a_picture_is_chosen_in_the_composer(item, maya):
    branch, offer = cast.branch(), cast.offer()
    page = maya.get(f"/posts/new/?image={item.pk}").content.decode()

    maya.post(
        "/posts/new/",
        {
            "text": "{code} {link}",
            "offer": offer.pk,
            "code_kind": "shared",
            "branches": [branch.pk],
            "when": "now",
            "images": [item.pk],
            f"alt_{item.pk}": "Ours.",
            "do": "draft",
        },
    )

    assert f'value="{item.pk}" checked' in page
    [image] = Post.objects.get().images.all()
    assert image.alt == "Ours."
