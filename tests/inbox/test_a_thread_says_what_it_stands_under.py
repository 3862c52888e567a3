import pytest

from livingroom.inbox.models import Conversation
from livingroom.inbox.queries import context_of
from livingroom.listening.models import Mention
from livingroom.people.models import Staff
from livingroom.posts.models import Placement
from livingroom.posts.threads.models import SentPart
from tests.inbox import cast
from tests.posts import cast as posts_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def placement(house) -> Placement:
    posts_cast.open_house()
    posts_cast.post(posts_cast.branch("Outlet US"))
    found = Placement.objects.get()
    found.sent_text, found.remote_id, found.remote_url = "15 % off", "post-1", "https://there.example/1"
    found.save()
    SentPart.objects.create(
        placement=found, number=2, text="and more", remote_id="post-2", sent_at=posts_cast.NOON
    )
    return found


def under(root: str, connection: object) -> Conversation:
    case = cast.conversation("Is it for me, too?")
    Conversation.objects.filter(pk=case.pk).update(root=root, connection=connection)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(("root", "words"), [("post-1", "15 % off"), ("post-2", "and more")])
def test_a_thread_under_our_post_shows_its_words_and_its_page(placement, client, root, words):
    case = under(root, placement.branch.connection)
    client.force_login(Staff.objects.create_superuser("boss@corner.test", "x", name="Boss"))

    found = context_of(case)
    page = client.get(f"/inbox/{case.pk}/").content.decode()

    assert found is not None
    assert (found.words, found.by_us, found.page) == (words, True, f"/posts/{placement.post_id}/")
    assert words in page
    assert f'href="/posts/{placement.post_id}/"' in page


def test_the_same_name_on_another_account_is_another_post(placement):
    other = posts_cast.branch("Outlet Brazil").connection

    assert context_of(under("post-1", other)) is None


def test_a_mention_under_our_post_says_so(placement, client):
    heard = cast.mention("Great!", subject_id="post-1", connection=placement.branch.connection)
    client.force_login(Staff.objects.create_superuser("boss@corner.test", "x", name="Boss"))

    page = client.get(f"/listening/mentions/{heard.pk}/").content.decode()

    assert "our post" in page
    assert Mention.objects.get(pk=heard.pk).subject_id == "post-1"
