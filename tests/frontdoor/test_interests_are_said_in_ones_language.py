import json
from pathlib import Path

from livingroom.branches import interests
from livingroom.branches.interests import interest_in


def test_a_common_interest_is_translated_and_any_other_stays_as_typed():
    assert interest_in("deals", "de") == "Angebote"
    assert interest_in("Small business", "pt-br") == "pequenas empresas"
    assert interest_in("deals", "en") == "deals"
    assert interest_in("Klemmbausteine", "fr") == "Klemmbausteine"


def test_every_interest_is_known_in_all_four_other_languages():
    told = json.loads((Path(interests.__file__).parent / "interests.json").read_text(encoding="utf-8"))

    assert {frozenset(names) for names in told.values()} == {frozenset({"es", "pt", "de", "fr"})}
