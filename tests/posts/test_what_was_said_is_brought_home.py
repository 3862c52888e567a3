"""A blog shows what was said of its posts elsewhere: once, changed and taken back as at the source."""

from datetime import timedelta

import pytest

from livingroom.branches.models import Branch
from livingroom.networks.errors import Forbidden
from livingroom.networks.models import Reaction, SandboxPost, SentMention
from livingroom.networks.reactions.gathering import gather, open_places
from livingroom.networks.reactions.operations import hide_reaction, show_reaction
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.models import SandboxFault
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements
from livingroom.posts.reactions import announcing, writing_back
from livingroom.posts.reactions.models import BringHome, WrittenBack
from livingroom.posts.reactions.operations import bring_home, leave_there
from livingroom.posts.reactions.writing_back import bring, due, plan
from tests.posts.cast import NOON, account, ada, branch, deliver_at, ian, open_house, post, staff

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def blog():
    open_house()
    return branch("Blog")


@pytest.fixture
def reply(blog):
    """Ben's reply on the Outlet to a post that stands on the blog too."""
    outlet = branch("Outlet")
    made = post(outlet, blog, code_kind="none", text="A desk for less: {link}")
    schedule_placements(staff=staff(), due={row.pk: NOON for row in made.placements.all()}, now=NOON)
    for row in made.placements.all():
        deliver_at(row, NOON)
    bring_home(staff=ada(), branch=blog, how="comment", now=NOON - timedelta(days=1))
    at = SandboxPost.objects.get(pk=made.placements.get(branch=outlet).remote_id)
    return public.reply_as(public.join("ben", now=NOON, name="Ben"), at, "Which one?", now=NOON)


def home(now=LATER):
    """Gather, plan and bring."""
    for place in open_places(now):
        gather(place.pk, now)
    plan(now)
    for pk in due(now):
        bring(pk, now)


def comments(blog):
    """What our account says under its own post on the blog, seen from outside."""
    rows = SandboxPost.objects.filter(author=account(blog), deleted_at=None).exclude(in_reply_to=None)
    return [row.text for row in rows]


def test_a_reply_becomes_a_comment_with_its_author_and_its_source(blog, reply):
    home()

    (comment,) = comments(blog)
    assert comment.startswith("Ben on Sandbox:\n\nWhich one?")
    assert WrittenBack.objects.get().state == "written"


def test_it_is_written_once_however_often_we_look(blog, reply):
    for minutes in range(0, 120, 10):
        home(LATER + timedelta(minutes=minutes))

    assert len(comments(blog)) == 1


def test_a_lost_answer_leaves_one_comment(blog, reply):
    arm_fault(account(blog), SandboxFault.Kind.ACCEPT_THEN_TIMEOUT, only_writes=True)

    home()
    assert WrittenBack.objects.get().state == "unknown"
    home(LATER + timedelta(minutes=30))

    assert WrittenBack.objects.get().state == "written"
    assert len(comments(blog)) == 1


def test_a_request_that_was_lost_is_sent_after_looking(blog, reply):
    arm_fault(account(blog), SandboxFault.Kind.TIMEOUT, only_writes=True)

    home()
    home(LATER + timedelta(minutes=30))

    assert len(comments(blog)) == 1


def test_an_edit_at_the_source_changes_the_comment(blog, reply):
    home()
    Reaction.objects.update(text="Which black one?", edited_at=LATER + timedelta(minutes=1))

    home(LATER + timedelta(minutes=30))

    (comment,) = comments(blog)
    assert "Which black one?" in comment


@pytest.mark.parametrize("how", ["gone", "hidden", "forgotten"])
def test_what_is_taken_back_there_is_taken_back_here(blog, reply, how):
    home()
    if how == "gone":
        Reaction.objects.update(gone_at=LATER, text="")
    elif how == "hidden":
        hide_reaction(staff=staff(), reaction=Reaction.objects.get(), now=LATER)
    else:
        Reaction.objects.all().delete()

    home(LATER + timedelta(minutes=30))

    assert comments(blog) == []
    assert WrittenBack.objects.filter(state="taken_back").exists()


def test_what_is_shown_again_comes_back_once(blog, reply):
    home()
    hide_reaction(staff=staff(), reaction=Reaction.objects.get(), now=LATER)
    home(LATER + timedelta(minutes=30))
    show_reaction(staff=staff(), reaction=Reaction.objects.get(), now=LATER)

    for minutes in (60, 90):
        home(LATER + timedelta(minutes=minutes))

    assert len(comments(blog)) == 1
    assert WrittenBack.objects.get().state == "written"


def test_what_was_said_before_the_owner_wished_it_stays_where_it_is(blog, reply):
    BringHome.objects.update(since=LATER + timedelta(days=1))

    home()

    assert comments(blog) == []


def test_what_has_no_home_stands_in_nobodys_way(blog, reply, monkeypatch):
    monkeypatch.setattr(writing_back, "AT_ONCE", 2)
    account = Branch.objects.get(name="Outlet").connection
    for number in range(5):
        Reaction.objects.create(
            connection=account, event_id=f"other-{number}", kind="reply", at=NOON - timedelta(days=1), actor_id="eve",
            text="elsewhere", ref_id=f"r{number}", under_id=f"post-{number}", seen_at=LATER,
        )  # fmt: skip

    home()

    assert len(comments(blog)) == 1


def test_a_second_blog_gets_it_too(blog, reply):
    other = branch("Second Blog")
    made = post(
        Branch.objects.get(name="Outlet"),
        blog,
        other,
        code_kind="none",
        text="Two blogs: {link}",
        title="Two",
    )
    schedule_placements(staff=staff(), due={row.pk: NOON for row in made.placements.all()}, now=NOON)
    for row in made.placements.all():
        deliver_at(row, NOON)
    at = SandboxPost.objects.get(pk=made.placements.get(branch__name="Outlet").remote_id)
    public.reply_as(public.join("ben", now=NOON), at, "And this one?", now=NOON)
    home()

    bring_home(staff=ada(), branch=other, how="comment", now=NOON - timedelta(days=1))
    home(LATER + timedelta(minutes=30))

    assert len(comments(blog)) == 2
    assert len(comments(other)) == 1


def test_our_own_comment_is_no_reaction(blog, reply):
    home()
    home(LATER + timedelta(minutes=30))

    assert Reaction.objects.count() == 1


def test_who_may_not_set_up_may_not_bring_home(blog, client, reply):
    rule = BringHome.objects.get()
    client.force_login(ian())

    assert client.post(f"/reactions/home/{rule.pk}/stop/").status_code == 403
    assert BringHome.objects.exists()


def test_a_branch_without_an_account_cannot(blog):
    lonely = branch("Kiosk", connected=False)

    with pytest.raises(Forbidden, match="is not connected"):
        bring_home(staff=ada(), branch=lonely, how="comment", now=NOON)


def test_stopping_leaves_what_stands(blog, reply):
    home()
    leave_there(staff=ada(), rule=BringHome.objects.get(), now=LATER)

    home(LATER + timedelta(minutes=30))

    assert len(comments(blog)) == 1


@pytest.fixture
def told(monkeypatch, blog, reply):
    """By Webmention: what would be told to whom. The sending itself has tests of its own, against real receivers."""
    bring_home(staff=ada(), branch=blog, how="webmention", now=NOON - timedelta(days=1))
    Placement.objects.filter(branch=blog).update(remote_url="https://blog.example/desk")
    calls = []

    def tell(source, target, *, linked, reader, now):
        calls.append((source, target, linked))
        return SentMention(state=SentMention.State.SENT)

    monkeypatch.setattr(announcing, "tell", tell)
    return calls


def test_a_webmention_leads_to_a_page_that_says_who_said_what(told, client):
    home()

    ((source, target, linked),) = told
    assert (target, linked) == ("https://blog.example/desk", True)
    answer = client.get(source.partition("://")[2].partition("/")[2].join(("/", "")))
    page = answer.content.decode()
    assert answer["Link"].endswith('/webmention/>; rel="webmention"'), "who answers our page can tell us"
    assert "h-entry" in page
    assert 'u-in-reply-to" href="https://blog.example/desk"' in page
    assert "Which one?" in page


def test_whoever_said_it_can_have_it_left_out_and_the_receiver_is_told(told, client):
    home()
    path = f"/said/{WrittenBack.objects.get().key}/"

    assert client.post(path).status_code == 410
    home(LATER + timedelta(minutes=30))

    assert client.get(path).status_code == 410
    assert told[-1][2] is False


def test_a_key_that_nobody_has_opens_nothing(client, db):
    assert client.get("/said/0123/").status_code == 404


def test_the_page_shows_what_came_home_and_forms_say_what_is_wrong(client, reply):
    client.force_login(ada())
    home()

    page = client.get("/reactions/").content.decode()
    wrong = client.post("/reactions/left-out/", {"who": "https://a.example/b", "network": ""})
    right = client.post("/reactions/left-out/", {"who": "ben", "network": "sandbox"}, follow=True)

    assert "Which one?" in page
    assert "As comments" in page
    assert wrong.status_code == 422
    assert b"Write a handle" in wrong.content
    assert b"1 kept reactions are forgotten" in right.content
    assert not Reaction.objects.exists()
