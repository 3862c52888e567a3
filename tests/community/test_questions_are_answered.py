"""Ask, answer, accept, thank; what nobody answers becomes a case; what is advertising waits; the finder knows what was solved."""

from datetime import timedelta

import pytest

from livingroom.branches.answered import answered_questions
from livingroom.branches.models import SolvedQuestion
from livingroom.community.models import Question, QuestionAnswer
from livingroom.community.questions.handing import case_of, hand_to_inbox
from livingroom.community.questions.likeness import nearest_questions, note_meanings
from livingroom.community.questions.listing import page_of, totals
from livingroom.community.questions.moderating import hide, let_stand, return_what_was_turned, waiting
from livingroom.community.questions.operations import accept, answer, ask, thank, unfollow
from livingroom.inbox.models import Conversation, Ruling
from livingroom.inbox.moderation.operations import appeal, settle_appeal
from livingroom.listening.understanding.work import understand_new
from livingroom.people.members.at_the_door import KEY
from livingroom.people.members.doing import CannotDo
from livingroom.people.models import Letter
from tests.community import cast
from tests.community.cast import NOON
from tests.posts import cast as posts

pytestmark = pytest.mark.django_db


def test_a_member_asks_and_anybody_verified_answers(client):
    robin, sam = cast.member("Robin"), cast.member("Sam")
    sign_in(client, robin)
    given = {"title": "Does the dock drive two screens?", "text": "Both are large."}
    address = client.post("/questions/ask/send/", given)["Location"]
    question = Question.objects.get()
    sign_in(client, sam)

    client.post(f"{address}answer/", {"text": "Yes, with the second adapter."})
    client.post(f"{address}answer/", {"text": "Yes, with the second adapter."})
    given = QuestionAnswer.objects.get()
    refused = client.post(f"/questions/answers/{given.pk}/accept/")
    sign_in(client, robin)
    client.post(f"/questions/answers/{given.pk}/accept/")
    client.post(f"/questions/answers/{given.pk}/thank/")
    client.post(f"/questions/answers/{given.pk}/thank/")

    question.refresh_from_db()
    given.refresh_from_db()
    assert refused.status_code == 409, "only who asked accepts"
    assert (question.accepted, question.n_answers, given.n_thanks) == (given, 1, 1)
    page = client.get(address).content.decode()
    assert "Yes, with the second adapter." in page
    told = list(Letter.objects.order_by("pk").values_list("member__name", "about"))
    assert told == [("Robin", f"question {question.pk}"), ("Sam", f"question {question.pk}")]


def sign_in(client, member):
    session = client.session
    session[KEY] = member.pk
    session.save()


def test_who_ends_a_subscription_hears_no_more():
    robin, sam = cast.member("Robin"), cast.member("Sam")
    question = ask(member=robin, title="Does the dock drive two screens?", text="", language="en", now=NOON)

    unfollow(robin, str(question.pk), NOON)
    answer(question=question, member=sam, text="Yes, it does.", now=NOON)

    assert not Letter.objects.exists()


def test_nobody_thanks_themselves_and_ten_a_day_are_enough():
    robin = cast.member("Robin")
    question = cast.question(robin)
    own = answer(question=question, member=robin, text="I found it.", now=NOON)

    with pytest.raises(CannotDo):
        thank(member=robin, answer=own, now=NOON)
    question.refresh_from_db()
    assert question.n_answers == 0, "an answer to oneself leaves the question open"
    for number in range(9):
        cast.question(robin, f"Question number {number} of many")
    with pytest.raises(CannotDo, match="tomorrow"):
        ask(member=robin, title="One more question today?", text="", language="en", now=NOON)


def test_a_question_nobody_answered_becomes_a_case_once_and_our_answer_is_one_in_it():
    question = cast.question(
        cast.member(), asked_at=NOON - timedelta(hours=25), last_at=NOON - timedelta(hours=25)
    )
    fresh = cast.question(cast.member(), "Is the battery of the small one replaceable?")

    assert hand_to_inbox(NOON) == 1
    assert hand_to_inbox(NOON) == 0
    understand_new(NOON)
    question.refresh_from_db()
    case = case_of(question)
    assert (case.subject or case.preview).startswith("Does the dock drive two screens?")
    assert case_of(fresh) is None

    given = answer(
        question=question, staff=cast.anna(), text="Yes, with the adapter.", now=NOON + timedelta(hours=1)
    )
    case.refresh_from_db()
    assert (case.first_answered_by, case.state) == (cast.anna(), Conversation.State.WAITING)
    assert given.author_name == "Anna Reyes"


def test_a_case_ends_when_a_customer_answers_on_the_page():
    question = cast.question(cast.member(), asked_at=NOON - timedelta(hours=25), last_at=NOON)
    hand_to_inbox(NOON)
    understand_new(NOON)
    question.refresh_from_db()

    answer(question=question, member=cast.member("Sam"), text="It does, I have two.", now=NOON)

    assert case_of(question).state == Conversation.State.CLOSED


def test_what_may_be_advertising_is_held_and_only_its_author_sees_it(client):
    robin = cast.member("Robin")
    held = ask(member=robin, title="Best casino bonus tonight", text="", language="en", now=NOON)

    assert client.get(held.get_absolute_url()).status_code == 404
    sign_in(client, robin)
    assert "before others see it" in client.get(held.get_absolute_url()).content.decode()
    assert [one.question for one in waiting()] == [held]
    let_stand(staff=cast.anna(), row=held, now=NOON)
    client.logout()
    assert client.get(held.get_absolute_url()).status_code == 200


def test_the_real_judge_holds_advertising_back():
    from livingroom.community.questions.judging import judged

    robin = cast.member()
    text = "BUY CHEAP WATCHES NOW!!! Visit http://cheap-watches.biz FREE $$$ casino bonus, earn money fast, click here http://win.biz"

    assert judged(text, robin, "en").standing == "held"
    assert judged("Does the dock drive two large screens at once?", robin, "en").standing == "public"


def test_hidden_words_have_a_reason_in_the_log_and_come_back_when_the_appeal_was_right():
    robin, sam = cast.member("Robin"), cast.member("Sam")
    question = cast.question(robin)
    rude = answer(question=question, member=sam, text="Read the manual, fool.", now=NOON)
    accept(answer=rude, member=robin, now=NOON)

    ruling = hide(staff=cast.anna(), row=rude, reason="insult", note="No names, please.", now=NOON)

    question.refresh_from_db()
    assert (question.n_answers, question.accepted) == (0, None)
    assert (ruling.network, ruling.get_reason_display()) == ("questions", "Insult or hate")
    told = Letter.objects.filter(member=sam).last()
    assert "No names, please." in told.text
    assert f"/appeal/{ruling.key}/" in told.text
    appeal(ruling=Ruling.objects.get(), text="It was a joke among friends.", now=NOON)
    settle_appeal(staff=cast.staff(), ruling=Ruling.objects.get(), is_turned=True, now=NOON)
    assert return_what_was_turned(NOON) == 1
    question.refresh_from_db()
    assert question.n_answers == 1


def test_questions_that_mean_the_same_come_first_across_words():
    robin = cast.member()
    rows = [
        cast.question(robin, title)
        for title in (
            "Where can I send my old computer to be recycled?",
            "Which graphics card fits the small tower?",
            "Can two people share one licence?",
        )
    ]
    note_meanings(rows)

    assert nearest_questions("How do I dispose of a used PC?")[0][0] == rows[0]


def test_the_finder_offers_what_was_solved_and_nothing_that_was_not():
    robin, sam = cast.member("Robin"), cast.member("Sam")
    question = cast.question(robin, "Where can I send my old computer to be recycled?")
    note_meanings([question])
    given = answer(question=question, member=sam, text="We take one for each new one.", now=NOON)

    assert answered_questions("Where do old computers get recycled?") == []
    accept(answer=given, member=robin, now=NOON)
    [found] = answered_questions("Where do old computers get recycled?")
    assert found.title == question.title
    assert found.url.endswith(f"/questions/{question.pk}/")
    assert answered_questions("Where do old computers get recycled?", frozenset({"fr"})) == []


def test_solved_threads_of_a_forum_stand_in_the_list_and_count_the_same(client):
    posts.open_house()
    forum = posts.branch("Forum", connected=False)
    SolvedQuestion.objects.create(
        branch=forum, remote_id="9", title="Why does my fan spin up?", url="https://forum.example/t/9",
        solved_at=NOON - timedelta(hours=1), read_at=NOON,
    )  # fmt: skip
    cast.question(cast.member())

    n = totals()
    assert (n.n_all, n.n_unanswered, n.n_solved) == (2, 1, 1)
    assert [row.where for row in page_of("all").rows] == ["", "Forum"]
    assert "https://forum.example/t/9" in client.get("/questions/?tab=solved").content.decode()
    assert "forum.example" not in client.get("/questions/?tab=unanswered").content.decode()


def test_the_desk_shows_the_longest_waiting_first_and_public_pages_speak_five_languages(client):
    robin = cast.member()
    cast.question(robin, "The younger of the two questions")
    cast.question(robin, "The older of the two questions", asked_at=NOON - timedelta(hours=30))
    for language in ("en", "es", "pt", "de", "fr"):
        for path in ("/questions/", "/questions/ask/?title=How+loud+is+it", "/events/", "/groups/"):
            assert client.get(path, HTTP_ACCEPT_LANGUAGE=language).status_code == 200
    assert client.get("/questions/feed.atom").status_code == 200
    client.force_login(cast.staff())

    page = client.get("/community/questions/").content.decode()

    assert page.index("The older") < page.index("The younger")
    assert client.get("/community/questions/waiting/").status_code == 200
    assert client.get(f"/community/questions/{Question.objects.first().pk}/").status_code == 200
