"""Groups show what their branches said; relations count who answers whom, and name nobody to those who may not see people."""

import json
from collections import Counter
from datetime import timedelta

import networkx as nx
import pytest

from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.operations import SlugTaken, save_group
from livingroom.community.questions.operations import accept, answer
from livingroom.community.relations.acts import acts_since
from livingroom.community.relations.drawing import graph_chart
from livingroom.community.relations.figures import relation_figures, ties
from livingroom.community.relations.graph import MOST_PEOPLE, draw
from livingroom.inbox.opening import take_in as open_cases
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in
from livingroom.shared.charts import to_svg
from tests.community import cast
from tests.community.cast import NOON
from tests.posts import cast as posts

pytestmark = pytest.mark.django_db


def group(name="Gaming", **facts):
    return save_group(staff=cast.staff(), draft=GroupDraft(name=name, **facts), now=NOON)


def test_a_group_shows_what_its_branches_said_and_what_came_back_but_no_spam(client):
    posts.open_house()
    branch = posts.branch("Play")
    placed = posts.placement(branch, text="New towers are in.", code_kind="none")
    posts.deliver_at(placed, NOON)
    made = group(branches=(branch,), words={"de": {"name": "Spielen", "intro": "Türme."}})
    for key, verdict in (("good words", "good"), ("buy watches", "hidden"), ("perhaps", "queued")):
        Mention.objects.create(
            network="sandbox", key=key, source="x", branch=branch, kind="reply", at=NOON, heard_at=NOON, author_id=key,
            text=key, verdict=verdict,
        )  # fmt: skip

    page = client.get(f"/groups/{made.slug}/?lang=de").content.decode()

    assert "Spielen" in page
    assert "New towers are in." in page
    assert "good words" in page
    assert "buy watches" not in page
    assert "perhaps" not in page
    assert "New towers are in." in client.get(f"/groups/{made.slug}/feed.atom").content.decode()


def test_a_closed_group_is_not_shown_and_names_are_taken_once(client):
    made = group(is_public=False)

    assert client.get(f"/groups/{made.slug}/").status_code == 404
    with pytest.raises(SlugTaken):
        group()
    client.force_login(cast.staff())
    assert client.get("/community/groups/").status_code == 200
    assert client.get(f"/community/groups/{made.pk}/").status_code == 200


def figures_by_name():
    return {figure.name: figure.answer for figure in relation_figures(acts_since(None), NOON)}


@pytest.fixture
def talks():
    """Robin asks twice: Sam answers and is accepted, Anna answers the other. Sam asks, Robin answers."""
    robin, sam = cast.member("Robin"), cast.member("Sam")
    first, second, third = (
        cast.question(asker, f"{title} of the questions asked", asked_at=NOON - timedelta(days=2))
        for asker, title in ((robin, "First"), (robin, "Second"), (sam, "Third"))
    )
    accept(answer=answer(question=first, member=sam, text="Like this.", now=NOON), member=robin, now=NOON)
    accept(answer=answer(question=second, staff=cast.anna(), text="So.", now=NOON), member=robin, now=NOON)
    answer(question=third, member=robin, text="Perhaps so.", now=NOON)
    return robin, sam


def test_figures_of_relation_are_those_of_the_measuring_room(talks):
    found = figures_by_name()

    assert (found["customer_answer_share"].value, found["customer_answer_share"].n) == (
        pytest.approx(2 / 3),
        3,
    )
    assert (found["peer_accepted_share"].value, found["peer_accepted_share"].n) == (0.5, 2)
    assert (found["absence_factor"], found["reciprocity"]) == (1, 1.0)


def test_ties_count_who_answered_whom(talks):
    robin, sam = talks
    one, other, us = f"c{robin.customer_id}", f"c{sam.customer_id}", f"s{cast.anna().pk}"

    counted = ties(acts_since(None))

    assert counted == {(other, one): 1, (us, one): 1, (one, other): 1}
    directed = nx.DiGraph([pair for pair in counted if us not in pair])
    assert nx.overall_reciprocity(directed) == figures_by_name()["reciprocity"]


def test_a_thread_of_others_is_one_thread_in_which_a_customer_answered():
    facts = {"network": "discourse", "source": "feed", "at": NOON - timedelta(hours=2)}
    heard = [
        Heard(key="t1", kind="mention", author_id="jo", text="Why does it hum?", **facts),
        Heard(
            key="t2",
            kind="reply",
            author_id="kim",
            text="Tighten the fan.",
            subject_id="t1",
            under_id="t1",
            **facts,
        ),
    ]
    take_in(heard, now=NOON)
    open_cases(Mention.objects.order_by("pk"), NOON)

    counted = ties(acts_since(None))

    assert len(counted) == 1
    assert list(counted.values()) == [1]
    assert figures_by_name()["customer_answer_share"].value == 1.0


def test_the_graph_is_bounded_the_same_each_time_and_can_be_drawn(db):
    counted = Counter({(f"c{one}", f"c{(one * 7 + 1) % 400}"): 1 + one % 5 for one in range(400)})

    first, again = draw(counted, names_people=False), draw(counted, names_people=False)

    assert (len(first.people), first.n_people) == (MOST_PEOPLE, 400)
    assert [(one.x, one.y) for one in first.people] == [(one.x, one.y) for one in again.people]
    assert len({one.name for one in first.people}) == MOST_PEOPLE
    assert to_svg(graph_chart(first)).startswith("<svg")


def test_only_who_may_see_people_reads_names(client, talks):
    client.force_login(cast.staff("Ian", "analyst"))
    page = client.get("/community/relations/").content.decode()
    file = json.loads(client.get("/community/relations/file.json").content)
    rows = client.get("/community/relations/threads/?figure=customer_answer_share").content.decode()

    assert "Robin" not in page
    assert "Robin" not in json.dumps(file)
    assert "Robin" not in rows
    assert "Anna" in page, "who of us answers is no secret among us"
    assert file["figures"]["customer_answer_share"]["n"] == 3
    client.force_login(cast.staff())
    assert "Robin" in client.get("/community/relations/").content.decode()
    assert b"n_answers" in client.get("/community/relations/file.csv").content


def test_erasing_somebody_leaves_no_words_of_theirs(talks):
    from livingroom.community.models import Question, QuestionAnswer
    from livingroom.community.of_people import erase, sheets_of
    from livingroom.people.persons import person_of

    robin, sam = talks
    person = person_of(robin.customer)
    exported = {sheet.name: list(sheet.rows) for sheet in sheets_of(person)}
    assert len(exported["questions"]) == 2
    assert len(exported["question answers"]) == 1

    erase(person, NOON)
    erase(person, NOON)

    assert not Question.objects.filter(member=robin).exists()
    assert not QuestionAnswer.objects.filter(member=robin).exists()
    assert Question.objects.get(member=sam).n_answers == 0
    assert Question.objects.filter(title="[erased]").count() == 2, "what others answered stays"


def test_what_everybody_did_is_counted_with_those_who_are_not_drawn(db):
    ties = Counter({("c1", f"c{other}"): 1 for other in range(2, 302)}) + Counter({("c2", "c1"): 5})

    drawn = draw(ties, names_people=False)

    first = next(one for one in drawn.people if one.key == "c1")
    assert [len(drawn.people), drawn.n_people, drawn.n_ties] == [150, 301, 301]
    assert [first.n_given, first.n_received, first.n_partners] == [300, 5, 300]
