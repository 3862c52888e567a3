"""What somebody said elsewhere becomes an idea only with their word, under the name they want."""

from datetime import timedelta

import pytest

from livingroom.ideas.models import ConsentAsk, Evidence, Idea
from livingroom.ideas.operations import Refused, cast, remove_idea, return_idea
from livingroom.ideas.origins.consent import CannotNote, note_consent, offer_question, question_of
from livingroom.ideas.origins.evidence import spoken_for
from livingroom.ideas.origins.operations import (
    CannotMake,
    attach,
    attach_topic,
    detach,
    draft_of,
    idea_from_mention,
)
from livingroom.inbox.answering.models import AnswerDraft
from livingroom.inbox.answering.signals import answer_sent
from livingroom.inbox.models import Message
from livingroom.links.models import Code, Link
from livingroom.listening.models import TopicMatch
from livingroom.orders.models import Order, Shop
from tests.ideas.makings import NOON, agent, board, idea, manager, member
from tests.inbox.cast import conversation, mention
from tests.listening.cast import topic

pytestmark = pytest.mark.django_db
SAID = "@cornerpc I wish you sold notebooks without any extra software. I always wipe mine first."


@pytest.fixture(autouse=True)
def house(db):
    from tests.posts import cast as posts

    return posts.open_house()


def made(said=None, title: str = "Notebooks without extra software") -> Idea:
    said = said or mention(SAID, url="https://sandbox.example/lee/1", country="CA")
    return idea_from_mention(
        staff=agent(), mention=said, board=board(), title=title, text=draft_of(said).text, now=NOON
    )


def test_a_draft_begins_with_their_first_sentence_and_keeps_all_their_words() -> None:
    draft = draft_of(mention(SAID))

    assert draft.title == "I wish you sold notebooks without any extra software"
    assert draft.text.endswith("I always wipe mine first.")
    assert draft.author == "Lee"


def test_nobody_sees_it_before_they_agreed_and_they_are_credited_after(client) -> None:
    one = made()
    assert one.standing == Idea.Standing.ASKED
    assert not Idea.objects.public().exists()
    link = f"/ideas/consent/{ConsentAsk.objects.get().secret}/"
    page = client.get(link).content.decode()
    assert "I always wipe mine first" in page
    assert Idea.objects.get().standing == Idea.Standing.ASKED, "opening it decides nothing"

    client.post(link, {"agreed": "yes", "named": "yes"})

    one.refresh_from_db()
    assert (one.standing, one.credited_name, one.country) == (Idea.Standing.PUBLIC, "Lee", "CA")
    assert one.credited_url == "https://sandbox.example/lee/1"


def test_nobody_of_ours_can_publish_it_without_their_word() -> None:
    one = made()
    remove_idea(staff=agent(), idea=one, reason="Taken by mistake.", now=NOON)

    with pytest.raises(Refused):
        return_idea(staff=agent(), idea=one, reason="Now let us show it.", now=NOON)

    assert not Idea.objects.public().exists()


def test_without_their_name_neither_it_nor_its_place_is_told(client) -> None:
    one = made()

    client.post(f"/ideas/consent/{ConsentAsk.objects.get().secret}/", {"agreed": "yes", "named": "no"})

    one.refresh_from_db()
    assert (one.standing, one.credited_name, one.credited_url) == (Idea.Standing.PUBLIC, "", "")


def test_a_no_deletes_their_words_and_cannot_be_turned_by_anybody(client) -> None:
    one = made()
    ask = ConsentAsk.objects.get()

    client.post(f"/ideas/consent/{ask.secret}/", {"agreed": "no"})
    ask.refresh_from_db()
    with pytest.raises(CannotNote, match="only they"):
        note_consent(staff=agent(), ask=ask, agreed=True, named=True, said="They said yes to me", now=NOON)
    client.post(f"/ideas/consent/{ask.secret}/", {"agreed": "yes"})

    one.refresh_from_db()
    assert one.standing == Idea.Standing.REMOVED
    assert "software" not in f"{one.title} {one.text} {one.credited_name} {one.credited_url}"


def test_a_yes_taken_back_takes_name_and_words_and_leaves_the_title_to_those_who_voted(client) -> None:
    one = made()
    link = f"/ideas/consent/{ConsentAsk.objects.get().secret}/"
    client.post(link, {"agreed": "yes"})
    cast(member=member(), idea=Idea.objects.get(), now=NOON)

    client.post(link, {"agreed": "no"})

    one.refresh_from_db()
    assert (one.standing, one.title) == (Idea.Standing.PUBLIC, "Notebooks without extra software")
    assert (one.text, one.credited_name, one.credited_url) == ("", "", "")


def test_the_question_is_put_into_ones_answer_and_heard_of_when_it_goes_out() -> None:
    case = conversation(SAID)
    idea_from_mention(
        staff=agent(), conversation=case, board=board(), title="Notebooks without extras", text="x", now=NOON
    )
    ask = ConsentAsk.objects.get()
    AnswerDraft.objects.create(
        conversation=case, staff=agent(), text="Hello Lee!", seen_message=0, saved_at=NOON
    )

    offer_question(staff=agent(), ask=ask, now=NOON)
    draft = AnswerDraft.objects.get()
    assert draft.text.startswith("Hello Lee!\n\nWhat you said is a good idea")
    sent = Message(conversation=case, text=draft.text)
    answer_sent.send(Message, conversation=case, message=sent, now=NOON + timedelta(hours=1))

    ask.refresh_from_db()
    assert ask.asked_at == NOON + timedelta(hours=1)


def test_it_is_asked_in_their_language() -> None:
    made(mention("Ich wünsche mir Notebooks ohne Beigaben.", language="de"))

    assert "Darf Corner PC" in question_of(ConsentAsk.objects.get())


def test_staff_note_how_somebody_agreed() -> None:
    one = made()
    ask = ConsentAsk.objects.get()
    with pytest.raises(CannotNote, match="how they answered"):
        note_consent(staff=agent(), ask=ask, agreed=True, named=True, said="", now=NOON)

    note_consent(staff=agent(), ask=ask, agreed=True, named=True, said="By phone, 2 March: “sure”", now=NOON)

    one.refresh_from_db()
    assert one.standing == Idea.Standing.PUBLIC
    assert ConsentAsk.objects.get().noted_by == agent()


def test_one_mention_is_one_idea_however_often_the_key_is_pressed() -> None:
    said = mention(SAID)

    assert made(said) == made(said, "The same, pressed again")
    with pytest.raises(CannotMake, match="goes only together"):
        detach(staff=agent(), evidence=Evidence.objects.get(), now=NOON)


def test_a_key_leads_from_the_mention_to_the_form_and_says_what_is_there_already(client) -> None:
    there = idea("Notebooks without any extra software")
    said = mention(SAID)
    client.force_login(manager())

    assert 'data-key="i"' in client.get(f"/listening/mentions/{said.pk}/").content.decode()
    form = client.get(f"/desk/ideas/from/mention/{said.pk}/").content.decode()
    assert "I wish you sold notebooks without any extra software" in form
    assert there.title in form
    response = client.post(
        f"/desk/ideas/from/mention/{said.pk}/",
        {"board": "ideas", "title": "Clean notebooks", "text": "Please"},
    )

    assert Idea.objects.get(standing=Idea.Standing.ASKED).title == "Clean notebooks"
    assert client.get(response["Location"]).status_code == 200


def test_evidence_is_attached_once_and_taken_away_again() -> None:
    one, said = idea("Notebooks without extra software"), mention(SAID)
    row = attach(staff=agent(), idea=one, mention=said, now=NOON)
    assert attach(staff=agent(), idea=one, mention=said, now=NOON) == row
    assert spoken_for(one, NOON).n_mentions == 1

    detach(staff=agent(), evidence=row, now=NOON)

    assert spoken_for(one, NOON).n_mentions == 0
    assert Evidence.objects.get().undone_by == agent()
    with pytest.raises(CannotMake, match="no code"):
        attach(staff=agent(), idea=one, code="NOSUCH", now=NOON)


def test_topics_count_who_else_says_it_lately_and_codes_the_orders_they_were_used_in() -> None:
    one, heard = idea("Notebooks without extra software"), topic("Bloatware", "bloatware")
    attach_topic(staff=agent(), idea=one, topic=heard, now=NOON)
    for days in (1, 29, 31):
        TopicMatch.objects.create(
            topic=heard, version=heard.current, mention=mention("bloatware!", at=NOON - timedelta(days=days))
        )
    link = Link.objects.create(
        slug="abc", destination="https://x.example/", channel="x", created_at=NOON - timedelta(days=9)
    )
    Code.objects.create(text="CLEAN10", link=link, kind=Code.Kind.SHARED)
    shop = Shop.objects.create(name="Shop", slug="shop", currency="USD", created_at=NOON)
    for number, codes in enumerate((["CLEAN10"], ["CLEAN100"], ["OTHER", "CLEAN10"])):
        Order.objects.create(
            shop=shop, external_id=str(number), placed_at=NOON, currency="USD", codes=codes, changed_at=NOON
        )
    attach(staff=agent(), idea=one, code="clean10", now=NOON)

    spoken = spoken_for(one, NOON)

    assert (spoken.n_lately, spoken.n_codes, spoken.n_orders) == (2, 1, 2)


def test_a_link_that_is_not_ours_says_so(client) -> None:
    assert client.get("/ideas/consent/nothing/").status_code == 404
