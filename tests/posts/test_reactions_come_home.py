"""Replies, likes, links: gathered from every account, each thing once, under the post they belong to, true to their source."""

from datetime import timedelta

import pytest

from livingroom.listening.models import Mention
from livingroom.networks.errors import Invalid, SpecDrift
from livingroom.networks.interface import Event, Person, Ref
from livingroom.networks.models import OptOut, Reaction, SandboxPost, StreamPlace
from livingroom.networks.reactions.following import count, follow
from livingroom.networks.reactions.gathering import ASK_EVERY, gather, open_places, take_turns
from livingroom.networks.reactions.keeping import keep_event
from livingroom.networks.reactions.operations import ask_now, hide_reaction, opt_out
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.models import SandboxFault
from livingroom.posts.models import Placement
from livingroom.posts.reactions import following, queries
from livingroom.posts.reactions.following import follow_placements, to_follow
from livingroom.posts.reactions.queries import placements_of, reactions_under
from tests.posts.cast import NOON, account, branch, deliver_at, ian, open_house, placement, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    """A placement that is out on the sandbox."""
    open_house()
    waiting = placement()
    deliver_at(waiting, NOON)
    return Placement.objects.select_related("branch__connection").get(pk=waiting.pk)


@pytest.fixture
def ben(sent):
    return public.join("ben", now=NOON, name="Ben")


def there(sent):
    return SandboxPost.objects.get(pk=sent.remote_id)


def gather_all(now=NOON):
    return sum(gather(place.pk, now) for place in open_places(now))


def under(sent):
    return reactions_under([Placement.objects.get(pk=sent.pk)])[sent.pk]


def test_a_reply_and_a_like_stand_under_their_post(sent, ben):
    public.reply_as(ben, there(sent), "Which laptop?", now=NOON)
    public.react_as(ben, there(sent), now=NOON)

    assert gather_all() == 2
    found = under(sent)
    assert [(one.who, one.text) for one in found.said] == [("Ben", "Which laptop?")]
    assert found.in_words == "1 reply, 1 like"
    assert placements_of(found.said)[found.said[0].pk].pk == sent.pk


def test_asking_again_brings_nothing_twice(sent, ben):
    public.reply_as(ben, there(sent), "Hi", now=NOON)
    gather_all()
    StreamPlace.objects.update(cursor="", ask_after=NOON)

    assert gather_all() == 0
    assert Reaction.objects.count() == 1


def test_an_answer_to_an_answer_stands_under_the_post(sent, ben):
    first = public.reply_as(ben, there(sent), "Which laptop?", now=NOON)
    ours = public.write_post(author=account(sent.branch), text="The black one.", in_reply_to=first, now=NOON)
    public.reply_as(ben, ours, "Thanks", now=NOON)
    gather_all()

    follow(sent.branch.connection, sent.remote_id, NOON)

    assert [one.text for one in under(sent).said] == ["Which laptop?", "Thanks"]


def test_what_others_answer_each_other_comes_home_too(sent, ben):
    first = public.reply_as(ben, there(sent), "Which laptop?", now=NOON)
    public.reply_as(public.join("eve", now=NOON), first, "I have the black one", now=NOON)
    gather_all()
    assert [one.text for one in under(sent).said] == ["Which laptop?"], "nobody told us of the second"

    follow(sent.branch.connection, sent.remote_id, NOON)

    assert [one.text for one in under(sent).said] == ["Which laptop?", "I have the black one"]
    assert set(Mention.objects.values_list("text", flat=True)) == {"Which laptop?", "I have the black one"}


def test_answers_may_arrive_before_what_they_answer(sent):
    connection = sent.branch.connection
    keep_event(connection, said("2", "later", subject="1"), NOON)
    keep_event(connection, said("1", "first", subject=sent.remote_id), NOON)

    assert {one.text for one in under(sent).said} == {"first", "later"}


def said(number, text, *, subject, actor="ben", kind="reply", url="", public=True):
    ref = Ref(number, "", url or f"https://net.example/{number}")
    return Event(
        f"e{number}", "replies", kind, NOON, Person(actor, actor, actor), ref, Ref(subject), text,
        is_public=public,
    )  # fmt: skip


def test_the_same_words_by_two_roads_are_one(sent):
    other = branch("Home")
    keep_event(sent.branch.connection, said("1", "both", subject=sent.remote_id), NOON)
    keep_event(other.connection, said("1", "both", subject=sent.remote_id), NOON)

    assert Reaction.objects.count() == 2
    assert Reaction.objects.standing().count() == 1
    assert under(sent).in_words == "1 reply"


def test_only_public_words_are_kept(sent):
    assert keep_event(sent.branch.connection, said("1", "secret", subject="x", public=False), NOON) is None
    assert not Reaction.objects.exists()


def test_an_edit_and_a_deletion_follow_the_source(sent, ben):
    reply = public.reply_as(ben, there(sent), "Which laptop?", now=NOON)
    gather_all()
    reply.text = "Which black laptop?"
    reply.save()
    follow(sent.branch.connection, sent.remote_id, NOON)
    (seen,) = under(sent).said
    assert (seen.text, seen.edited_at) == ("Which black laptop?", NOON)

    reply.deleted_at = NOON
    reply.save()
    follow(sent.branch.connection, sent.remote_id, NOON)
    assert len(under(sent).said) == 1, "a view may lag behind: one look is not enough"
    follow(sent.branch.connection, sent.remote_id, NOON)

    assert under(sent).said == []
    assert Reaction.objects.get().text == "", "what was deleted is not ours to keep"


def test_the_networks_own_count_is_shown_where_it_is_larger(sent, ben):
    public.react_as(ben, there(sent), now=NOON)

    count(sent.branch.connection, [sent.remote_id], NOON)

    assert under(sent).in_words == "1 like"


def test_a_network_that_asks_for_rest_gets_it_and_the_page_says_so(sent, ben):
    place = open_places(NOON)[0]
    arm_fault(account(sent.branch), SandboxFault.Kind.UNAVAILABLE, n_times=3)

    gather(place.pk, NOON)

    place.refresh_from_db()
    assert place.problem
    assert place.ask_after > NOON + ASK_EVERY
    public.reply_as(ben, there(sent), "Still here?", now=NOON)
    StreamPlace.objects.update(ask_after=NOON)
    assert gather_all() == 1


def test_who_opts_out_is_forgotten_and_not_kept_again(sent, ben):
    public.reply_as(ben, there(sent), "Hi", now=NOON)
    gather_all()

    assert opt_out(staff=staff(), who="@Ben", network="sandbox", now=NOON) == 1

    public.reply_as(ben, there(sent), "Hi again", now=NOON)
    StreamPlace.objects.update(ask_after=NOON)
    assert gather_all() == 0
    follow(sent.branch.connection, sent.remote_id, NOON)
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("host", ["blog.example", "ben.blog.example"])
def test_a_site_opts_out_with_what_lies_under_it(sent, host):
    OptOut.objects.create(network="", who=host, asked_at=NOON, entered_by="Maya")

    kept = keep_event(
        sent.branch.connection, said("1", "x", subject="y", url="https://ben.blog.example/1"), NOON
    )

    assert kept is None


def test_a_name_that_is_none_is_refused(sent):
    with pytest.raises(Invalid, match="Write a handle"):
        opt_out(staff=staff(), who="https://blog.example/page", now=NOON)


def test_what_is_hidden_shows_nowhere(sent, ben):
    public.reply_as(ben, there(sent), "Rude", now=NOON)
    gather_all()

    hide_reaction(staff=staff(), reaction=Reaction.objects.get(), now=NOON)

    assert under(sent).n == 0


def test_what_was_hidden_is_shown_again_by_staff_only(sent, ben, client):
    public.reply_as(ben, there(sent), "Rude, or not", now=NOON)
    gather_all()
    hide_reaction(staff=staff(), reaction=Reaction.objects.get(), now=NOON)
    show = f"/reactions/{Reaction.objects.get().pk}/show/"

    client.force_login(ian())
    refused = client.post(show)
    client.force_login(staff())
    listed = client.get("/reactions/?show=hidden").content.decode()
    client.post(show)

    assert refused.status_code == 403
    assert "Rude, or not" in listed
    assert "by Maya" in listed
    assert under(sent).n == 1
    assert "Rude, or not" not in client.get("/reactions/?show=hidden").content.decode()


def test_asking_now_reads_all_but_those_that_rest_or_were_read_just_now(sent, ben):
    streams = len(open_places(NOON))
    resting = StreamPlace.objects.first()
    StreamPlace.objects.filter(pk=resting.pk).update(n_failures=1, ask_after=NOON + timedelta(hours=1))

    first = ask_now(staff=staff(), now=NOON)
    StreamPlace.objects.exclude(pk=resting.pk).update(asked_at=NOON)
    again = ask_now(staff=staff(), now=NOON + timedelta(seconds=5))

    assert (first, again) == (streams - 1, 0)


def test_of_many_words_the_latest_are_shown_and_all_are_counted(sent, monkeypatch):
    monkeypatch.setattr(queries, "WORDS_SHOWN", 2)
    for number in range(5):
        keep_event(sent.branch.connection, said(str(number), f"word {number}", subject=sent.remote_id), NOON)

    found = under(sent)

    assert [one.text for one in found.said] == ["word 3", "word 4"]
    assert found.in_words == "5 replies"


def test_a_conversation_that_cannot_be_read_holds_up_no_other(sent, monkeypatch):
    other = placement(branch("Home"), title="Another")
    deliver_at(other, NOON)
    both = list(Placement.objects.exclude(remote_id="").select_related("branch__connection"))
    account = both[0].branch.connection
    for row in both:
        row.branch.connection = account
    looked_at = []

    def read(connection, ref_id, now):
        looked_at.append(ref_id)
        if len(looked_at) == 1:
            raise SpecDrift("no thread that we know")

    monkeypatch.setattr(following, "follow", read)

    assert follow_placements(both, NOON) == 1
    assert len(looked_at) == 2


def test_a_stream_is_handed_out_once_a_turn(sent):
    assert len(take_turns(NOON)) == 3
    assert take_turns(NOON) == []
    assert len(take_turns(NOON + ASK_EVERY)) == 3


def test_young_posts_are_looked_at_often_and_old_ones_not_at_all(sent):
    assert [row.pk for row in to_follow(NOON)] == [sent.pk]
    count(sent.branch.connection, [sent.remote_id], NOON)

    assert to_follow(NOON + timedelta(minutes=10)) == []
    assert len(to_follow(NOON + timedelta(minutes=16))) == 1
    assert to_follow(NOON + timedelta(days=29)) == []
