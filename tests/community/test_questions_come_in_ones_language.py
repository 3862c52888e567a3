"""Who reads questions sees those in their language first; all languages are one click away, without a script."""

import re

import pytest

from livingroom.community.questions.listing import page_of, totals
from livingroom.community.questions.models import Question
from tests.community.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked(db):
    for language, n in (("en", 3), ("pt-br", 2), ("de", 1)):
        for number in range(n):
            Question.objects.create(
                title=f"Asked-{language} {number}",
                language=language,
                asked_at=NOON,
                last_at=NOON,
                n_answers=number,
            )


def titles(page: str) -> list[str]:
    return sorted(re.findall(r"Asked-(en|pt-br|de) \d", page))


def test_the_visitor_s_language_comes_first_and_the_rest_on_demand(client):
    own = client.get("/questions/", headers={"accept-language": "pt"}).content.decode()
    every = client.get("/questions/?lang=pt&in=all").content.decode()

    assert titles(own) == ["pt-br", "pt-br"]
    assert "Todos os idiomas (6)" in own
    assert "in=all" in own
    assert len(titles(every)) == 6
    assert "?tab=unanswered&amp;lang=pt&amp;in=all" in every, "another tab stays in all languages"


def test_counts_are_those_of_the_language():
    assert (totals(language="en").n_all, totals(language="en").n_unanswered) == (3, 1)
    assert totals().n_all == 6
    assert [row.title for row in page_of("all", language="de").rows] == ["Asked-de 0"]


def test_a_language_in_which_nobody_asked_shows_all(client):
    assert len(titles(client.get("/questions/?lang=fr").content.decode())) == 6


def test_the_feed_is_in_the_language_too(client):
    assert titles(client.get("/questions/feed.atom?lang=de").content.decode()) == ["de"]
    assert len(titles(client.get("/questions/feed.atom?lang=de&in=all").content.decode())) == 6
