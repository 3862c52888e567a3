"""Who asks for it gets all they said about ideas, and who is erased leaves nothing of theirs behind."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from livingroom.ideas.models import BroughtVote, Comment, Idea
from livingroom.ideas.operations import cast, comment
from livingroom.ideas.origins.operations import draft_of, idea_from_mention
from livingroom.ideas.persons import erase
from livingroom.people.export.writing import export_of
from livingroom.people.models import Customer, Handle
from livingroom.people.persons import person_of
from livingroom.shared.addresses import mail_hash
from tests.ideas.makings import NOON, agent, board, idea, manager, member
from tests.inbox.cast import mention
from tests.posts import cast as house

pytestmark = pytest.mark.django_db
MAIL = mail_hash("zelda@example.org")


def zelda() -> Customer:
    """A customer who proposed, voted, commented, voted elsewhere, and said something that became an idea."""
    house.open_house()
    customer = Customer.objects.create(first_seen_at=NOON)
    Handle.objects.create(customer=customer, kind="network", value="sandbox:zelda77", seen_at=NOON)
    Handle.objects.create(customer=customer, kind="mail", value=MAIL, seen_at=NOON)
    self = member("Zelda", customer=customer)
    alone = idea("Paint notebooks in turquoise", "My aunt would love that.", by=self)
    shared = idea(
        "Quieter fans in desktops", "Mine screams at night.", by=self, now=NOON + timedelta(minutes=1)
    )
    other = idea("Lower prices for students", by=member("Mo"))
    cast(member=member("Mo"), idea=shared, now=NOON)
    cast(member=self, idea=other, now=NOON)
    said = comment(member=self, idea=other, text="Students like my niece need that.", now=NOON)
    comment(member=member("Mo"), idea=other, text="Zelda is right.", parent=said, now=NOON)
    BroughtVote.objects.create(idea=other, mail_hash=MAIL, at=NOON)
    heard = mention("I dream of a keyboard that sings", who="zelda77", author_name="Zelda")
    idea_from_mention(
        staff=agent(),
        mention=heard,
        board=board(),
        title="A singing keyboard",
        text=draft_of(heard).text,
        now=NOON,
    )
    assert alone.member == self
    return customer


def test_an_export_holds_their_ideas_votes_and_comments() -> None:
    with zipfile.ZipFile(export_of(by=manager(), customer=zelda(), now=NOON)) as packed:
        told = json.loads(packed.read("ideas.json"))

    assert {row["title"] for row in told["ideas"]} == {
        "Paint notebooks in turquoise", "Quieter fans in desktops", "A singing keyboard",
    }  # fmt: skip
    assert len(told["votes"]) == 3
    assert "niece" in told["comments"][0]["text"]
    assert told["votes elsewhere"]


def test_who_is_erased_leaves_no_words_and_what_is_others_stays() -> None:
    person = person_of(zelda())

    done = erase(person, NOON)
    erase(person, NOON)  # again is no mistake

    for words in ("aunt", "screams", "niece", "turquoise", "Zelda", "sings", MAIL):
        assert not _holding(words), words
    shared = Idea.objects.get(title="Quieter fans in desktops")
    assert (shared.standing, shared.n_for, shared.author_name) == (Idea.Standing.PUBLIC, 1, "Somebody")
    other = Idea.objects.get(title="Lower prices for students")
    assert (other.n_for, other.n_comments) == (1, 1)
    assert Comment.objects.get(member__name="Mo").text == "[erased] is right."
    assert (done.counts["ideas"], done.counts["ideas that others stand with"]) == (2, 1)


def _holding(words: str) -> list[str]:
    """Tables of this room that hold these words in any column of text."""
    found = []
    for model in apps.get_app_config("ideas").get_models():
        for field in model._meta.concrete_fields:
            text = isinstance(field, models.CharField | models.TextField)
            if text and model._default_manager.filter(**{f"{field.name}__icontains": words}).exists():
                found.append(f"{model.__name__}.{field.name}")
    return found
