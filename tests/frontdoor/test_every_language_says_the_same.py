import re
import string
from pathlib import Path

import pytest

from livingroom.branches.models import Branch
from livingroom.frontdoor import languages
from livingroom.shared.places import countries

FRONTDOOR = Path(languages.__file__).parent
CODES = ["en", "es", "pt", "de", "fr"]


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_the_five_languages():
    assert languages.Language.codes() == CODES


@pytest.mark.parametrize("code", CODES[1:])
def test_a_language_has_every_message_with_the_same_places_to_fill(code):
    english, other = languages.Language("en").words, languages.Language(code).words

    assert list(other) == list(english)
    assert {key for key in english if placeholders(english[key]) != placeholders(other[key])} == set()
    same = {key for key in english if english[key] == other[key]} - {"direction", "minutes", "hours", "foot"}
    assert len(same) < 10, f"not translated: {same}"


def test_every_message_that_a_template_asks_for_exists():
    asked = set()
    for path in FRONTDOOR.glob("templates/**/*.html"):
        text = path.read_text()
        asked |= set(re.findall(r"""{% say ["'](\w+)["']""", text))
        asked |= {
            f"{key}_{n}" for key in re.findall(r"""{% count ["'](\w+)["']""", text) for n in ("one", "many")
        }

    assert len(asked) > 40
    assert asked - set(languages.Language("en").words) == set()


def test_every_purpose_has_a_word():
    assert set(Branch.Purpose.values) <= set(languages.Language("en").words)


@pytest.mark.parametrize("code", CODES)
def test_every_country_has_a_name(code):
    assert set(languages.country_names(code)) == set(countries())
    assert all(languages.country_names(code).values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "Onde encontrar"),
        ("es-MX", "Dónde encontrar"),
        ("de-AT;q=0.5,fr;q=0.9", "Où trouver"),
        ("ja,de;q=0.3", "Wo Sie"),
        ("ja", "Where to find"),
        ("", "Where to find"),
    ],
)
def test_the_browsers_first_language_that_we_have_is_taken(client, doors, accepted, heading):
    answer = client.get("/", headers={"accept-language": accepted})

    assert heading in answer.content.decode()


@pytest.mark.django_db
def test_a_chosen_language_wins_and_is_kept_on_the_way(client, doors):
    page = client.get("/", {"lang": "de"}, headers={"accept-language": "pt"}).content.decode()

    assert '<html lang="de" dir="ltr">' in page
    assert 'href="/find/?lang=de"' in page
    assert "/places/outlet/?lang=de" in page
    assert '<input type="hidden" name="lang" value="de">' in page


@pytest.mark.django_db
def test_numbers_dates_countries_and_languages_are_written_as_there(client, doors):
    page = client.get("/", {"lang": "de"}).content.decode()

    assert "1.200 Follower" in page
    assert "Vereinigte Staaten" in page
    assert "Portugiesisch" in page


@pytest.mark.django_db
def test_a_language_from_right_to_left_turns_the_page(client, doors, right_to_left):
    page = client.get("/", {"lang": right_to_left}).content.decode()

    assert '<html lang="he" dir="rtl">' in page
    assert "⟦Where to find Corner PC⟧" in page
    # Our own words all come from the messages: nothing is left between the marks of tags that is not.
    assert "Skip to the content" not in page.replace("⟦Skip to the content⟧", "")


def test_styles_know_no_left_and_right():
    style = (FRONTDOOR / "static/frontdoor/frontdoor.css").read_text()

    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|[^-]\b(?:left|right):", style
    )
    assert physical == []
