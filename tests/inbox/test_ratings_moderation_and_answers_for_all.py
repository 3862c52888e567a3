from datetime import timedelta

import pytest
from django.core import mail

from livingroom.branches.answered import answered_questions
from livingroom.inbox.answering.operations import Writing, write_answer
from livingroom.inbox.csat.asking import ask_due
from livingroom.inbox.csat.figures import asked_since, by_branch
from livingroom.inbox.models import Asked, Ban, Conversation, Message, Rule, Ruling, Snippet, Survey
from livingroom.inbox.moderation.operations import CannotRule, Decision, decide, settle_appeal
from livingroom.inbox.moderation.tasks import hide_there
from livingroom.inbox.opening import open_for_mentions
from livingroom.inbox.operations import close
from livingroom.listening.models import Mention
from livingroom.measure.estimate import Estimate
from livingroom.networks.sandbox.models import SandboxPost
from tests.inbox import answering_cast as cast
from tests.inbox.answering_cast import NOON

pytestmark = pytest.mark.django_db


def answered_mail(address="jeff@example.org", language="de") -> Conversation:
    """Somebody wrote a mail, was answered, and it was closed."""
    anna = cast.staff()
    writer = cast.stranger(address, network="mail", language=language)
    case = cast.conversation(author=writer, network="mail", is_public=False, language=language)
    seen = case.messages.last().pk
    answer = write_answer(staff=anna, conversation=case, writing=Writing("Bitte sehr.", seen), now=NOON)
    cast.send_at(answer, answer.try_at)
    close(case, now=NOON, staff=anna)
    return case


def send_all(now):
    for message in Message.objects.filter(state="due"):
        cast.send_at(message, now)


def test_a_customer_is_asked_in_their_language_and_answers_with_one_click(client):
    Survey.objects.create(name="All")
    case, later = answered_mail(), NOON + timedelta(minutes=30)

    assert ask_due(NOON) == 0
    assert ask_due(later) == 1
    send_all(later)

    asked = Asked.objects.get()
    assert "Wie zufrieden sind Sie" in mail.outbox[-1].body
    page = f"/rate/{asked.key}/"
    assert page in mail.outbox[-1].body
    assert "Sehr zufrieden" in client.get(page).content.decode()
    asked.refresh_from_db()
    assert asked.rating is None, "mail programs open every link"
    client.post(page, {"rating": "5"})
    client.post(page, {"comment": "Danke!"})
    asked.refresh_from_db()
    case.refresh_from_db()
    assert (asked.rating, asked.comment, asked.state) == (5, "Danke!", "answered")
    assert case.state == "closed"
    assert client.get("/rate/nonsense/").status_code == 404


def test_nobody_is_asked_twice_in_a_month_nor_after_opening_again():
    Survey.objects.create(name="All", after_minutes=0)
    answered_mail()
    assert ask_due(NOON) == 1
    answered_mail()
    assert ask_due(NOON) == 0

    other = answered_mail("ann@example.org")
    Conversation.objects.filter(pk=other.pk).update(state="open", closed_at=None)
    assert ask_due(NOON) == 0
    assert set(Asked.objects.filter(state="spared").values_list("why_spared", flat=True)) == {
        "asked within the last 30 days",
        "it was opened again",
    }


def test_public_threads_are_asked_only_where_a_survey_says_so():
    Survey.objects.create(name="Private")
    case, anna = cast.conversation(), cast.staff()
    Conversation.objects.filter(pk=case.pk).update(first_answered_at=NOON)

    close(case, now=NOON, staff=anna)

    assert not Asked.objects.exists()


def test_ratings_have_an_interval_and_open_their_cases(client):
    case = answered_mail()
    survey = Survey.objects.create(name="All")
    for number, rating in enumerate([5, 5, 4, 4, 4, 4, 5, 5, 2, 1, None]):
        Asked.objects.create(
            survey=survey,
            conversation=case,
            author=case.author,
            closed_at=NOON + timedelta(seconds=number),
            ask_at=NOON,
            asked_at=NOON,
            rating=rating,
            answered_at=NOON if rating else None,
        )

    whole, [care] = by_branch(asked_since(NOON + timedelta(minutes=1), 28))

    assert isinstance(whole.share, Estimate)
    assert (whole.share.value, whole.n_rated, whole.n_asked) == (0.8, 10, 11)
    assert whole.share.low == pytest.approx(0.4902, abs=1e-4)
    assert care.slug == "care"
    client.force_login(cast.ada())
    assert client.get("/inbox/ratings/?rating=1").content.decode().count("<strong>1</strong>") == 1
    assert len(client.get("/inbox/ratings/?format=csv").content.decode().splitlines()) == 11


def test_a_low_rating_sets_a_rule_off(client):
    from livingroom.inbox.csat.tasks import run_rules_for_rating

    Survey.objects.create(name="All", after_minutes=0)
    Rule.objects.create(
        name="Sorry",
        when="rated",
        is_on=True,
        conditions={"rating_to": 2},
        actions={"tags": ["unhappy"]},
        changed_at=NOON,
    )
    case = answered_mail()
    ask_due(NOON)
    asked = Asked.objects.get()

    client.post(f"/rate/{asked.key}/", {"rating": "1"})
    run_rules_for_rating.call(asked.pk)

    case.refresh_from_db()
    assert case.tags == ["unhappy"]


@pytest.fixture
def rude(db) -> Mention:
    """Something rude below our post, which spam's second line keeps for a person."""
    case = cast.conversation("You are all idiots")
    said = case.messages.get()
    mention = Mention.objects.create(
        network="sandbox",
        key=said.remote_id,
        source="replies",
        connection=case.connection,
        branch=case.branch,
        kind="reply",
        at=NOON,
        heard_at=NOON,
        author_id=case.author.author_id,
        text=said.text,
        verdict="queued",
        spam_share=0.6,
        understood_at=NOON,
    )
    Message.objects.filter(pk=said.pk).update(mention=mention)
    return mention


def test_what_goes_has_a_reason_and_is_looked_at_again_by_somebody_else(client, rude):
    anna, bob = cast.staff(), cast.staff("Bob")
    client.force_login(anna)
    assert "You are all idiots" in client.get("/inbox/moderation/").content.decode()

    client.post(
        f"/inbox/moderation/{rude.pk}/decide/",
        {"verdict": "ban", "reason": "insult", "note": "No names, please."},
    )
    ruling = Ruling.objects.get()
    client.logout()
    page = client.get(f"/appeal/{ruling.key}/").content.decode()
    assert "insult" in page
    assert "No names, please." in page
    client.post(f"/appeal/{ruling.key}/", {"text": "I was quoting you."})

    with pytest.raises(CannotRule, match="somebody else"):
        settle_appeal(staff=anna, ruling=ruling, is_turned=True, now=NOON)
    settle_appeal(staff=bob, ruling=ruling, is_turned=True, now=NOON)
    assert not hide_there.call(ruling.pk)  # what was taken back meanwhile is not hidden at the network either
    ruling.refresh_from_db()
    assert ruling.problem == ""
    rude.refresh_from_db()
    assert rude.verdict == "good"
    assert not Ban.objects.standing().exists()
    assert "you were right" in client.get(f"/appeal/{ruling.key}/").content.decode()
    log = client.get("/moderation/?format=json").json()["quarters"][0]
    assert (log["n_hidden"], log["n_appeals"], log["n_turned"]) == (1, 1, 1)
    assert log["by_reason"] == {}, "one thing alone would point at somebody"


def test_the_network_hides_what_it_can_and_says_why_it_does_not(rude):
    decide(staff=cast.staff(), mention=rude, decision=Decision("hide", "off"), now=NOON)
    ruling = Ruling.objects.get()

    hide_there.call(ruling.pk)

    ruling.refresh_from_db()
    post = SandboxPost.objects.get(pk=rude.key)
    assert ruling.is_hidden_there or ruling.problem
    assert ruling.is_hidden_there == (post.hidden_at is not None)


def test_what_a_banned_author_says_opens_nothing(rude):
    decide(staff=cast.staff(), mention=rude, decision=Decision("ban", "threat"), now=NOON)
    before = Message.objects.count()
    rude.pk, rude.key, rude.verdict = None, "another", "good"
    rude.save()

    open_for_mentions(None, mentions=[rude], now=NOON)

    assert Message.objects.count() == before


def test_a_conversation_becomes_an_answer_that_the_finder_offers(client):
    case, ada = answered_mail(), cast.ada()
    Conversation.objects.filter(pk=case.pk).update(subject="How do I reset the battery?", language="en")
    client.force_login(ada)
    assert "Bitte sehr." in client.get(f"/inbox/answers-for-all/new/?from={case.pk}").content.decode()
    form = {
        "question": "How do I reset the battery?",
        "answer": "Hold the key.",
        "language": "en",
        "publish": "1",
    }
    client.post(f"/inbox/answers-for-all/new/?from={case.pk}", form)
    client.post(
        "/inbox/answers-for-all/new/",
        {**form, "language": "de", "question": "Akku?", "slug": "how-do-i-reset-the-battery"},
    )
    client.logout()

    address = "/answers/how-do-i-reset-the-battery/"
    assert "Hold the key." in client.get(address).content.decode()
    assert "Akku?" in client.get(address, headers={"accept-language": "de-AT"}).content.decode()
    assert "battery" in client.get("/answers/?q=battery").content.decode()
    [found] = answered_questions("reset my battery", frozenset({"en"}))
    assert found.title == "How do I reset the battery?"
    for _ in range(2):
        client.post(address, {"helped": "yes"})
    assert Snippet.objects.get(language="en").n_helped == 1, "one word for each visitor"


def test_a_draft_is_shown_to_nobody_outside(client):
    Snippet.objects.create(slug="secret", question="Secret?", answer="Not yet.", changed_at=NOON)

    assert client.get("/answers/secret/").status_code == 404
    assert "Secret?" not in client.get("/answers/").content.decode()
