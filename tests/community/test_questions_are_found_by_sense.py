"""A question finds its like by sense: across words in English, inside its own language elsewhere, across both with the extra."""

from collections.abc import Sequence

import numpy as np
import pytest

from livingroom.community.questions import likeness
from livingroom.community.questions.likeness import nearest_questions, note_meanings, read_again
from livingroom.community.questions.models import Question
from livingroom.ideas.likeness.meaning import Meaning
from tests.community import cast

pytestmark = pytest.mark.django_db

KNOWN = (
    ("de", "Wie oft soll man den Lüfter reinigen?"),
    ("de", "Welcher Monitor passt an den kleinen Rechner?"),
    ("de", "Wo kann ich meinen alten Rechner abgeben?"),
    ("de", "Läuft das Notebook auch ohne Akku?"),
    ("es", "¿Con qué frecuencia se limpia el ventilador?"),
    ("es", "¿Dónde puedo entregar mi ordenador viejo?"),
    ("es", "¿Qué pantalla va con la torre pequeña?"),
    ("en", "How often should the fan be cleaned?"),
    ("en", "Where can I send my old computer to be recycled?"),
)


@pytest.fixture
def asked() -> dict[str, Question]:
    robin = cast.member()
    rows = {title: cast.question(robin, title, language=language) for language, title in KNOWN}
    note_meanings(list(rows.values()))
    return rows


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kann ich einen alten Rechner irgendwo abgeben?", "Wo kann ich meinen alten Rechner abgeben?"),
        ("Muss ich den Lüfter am Rechner oft reinigen?", "Wie oft soll man den Lüfter reinigen?"),
        ("Geht das Notebook ohne Akku an der Steckdose?", "Läuft das Notebook auch ohne Akku?"),
        (
            "¿Cada cuánto hay que limpiar el ventilador de la torre?",
            "¿Con qué frecuencia se limpia el ventilador?",
        ),
        ("Quiero entregar un ordenador viejo, ¿dónde puedo?", "¿Dónde puedo entregar mi ordenador viejo?"),
        ("How do I dispose of a used PC?", "Where can I send my old computer to be recycled?"),
    ],
)
def test_the_same_matter_in_the_same_language_comes_first(
    asked: dict[str, Question], text: str, title: str
) -> None:
    found = nearest_questions(text)

    assert found[0][0].title == title
    assert {row.language for row, _ in found} == {asked[title].language}


def test_a_language_that_the_model_cannot_read_brings_nothing_that_is_only_in_that_language(
    asked: dict[str, Question],
) -> None:
    assert nearest_questions("Wann öffnet das Geschäft in München morgens?") == []


def test_with_the_extra_it_is_found_across_languages(
    asked: dict[str, Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    def vectors(texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        found = np.full((len(texts), 384), 0.01, dtype=np.float32)
        for place, text in enumerate(texts):
            about = ("Lüfter", "ventilador", "fan"), ("Rechner abgeben", "ordenador viejo", "recycled")
            for axis, words in enumerate(about):
                found[place, axis] = float(any(word in text for word in words))
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    many = Meaning("multilingual, as a stand-in", vectors, word_weight=0.06, same_from=0.93, pair_from=0.87)
    monkeypatch.setattr(likeness, "open_meaning", lambda: many)

    assert (
        len(nearest_questions("Where to bring what is recycled?")) == 1
    )  # by words, until they are read with it
    assert [read_again(), read_again()] == [len(KNOWN), 0]
    found = nearest_questions("Wo kann ich einen alten Rechner abgeben?")

    assert {row.language for row, _ in found[:3]} == {"de", "es", "en"}
    assert all(share >= 0.7 for _, share in found[:3])
