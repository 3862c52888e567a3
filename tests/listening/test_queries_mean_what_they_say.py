import pytest

from livingroom.listening.topics.asking import may_be_meant, ways_of
from livingroom.listening.topics.matching import Asked, Matcher
from livingroom.listening.topics.parsing import QueryProblem, parse
from livingroom.listening.topics.searching import as_search
from livingroom.listening.topics.tree import Said


def catches(query: str, text: str, **facts: str) -> bool:
    return parse(query).matches(Said(text, **facts))


@pytest.mark.parametrize(
    ("query", "text", "is_caught"),
    [
        ("notebook battery", "my battery, my notebook", True),
        ("notebook battery", "my notebook", False),
        ("notebook OR battery fire", "a notebook", True),
        ("(notebook OR battery) fire", "a notebook", False),
        ("notebook AND NOT giveaway", "notebook giveaway", False),
        ("notebook -giveaway", "my notebook", True),
        ('"caught fire"', "it caught a fire", False),
        ('"caught fire"', "it CAUGHT fire!", True),
        ("overheat*", "overheating", True),
        ("overheat", "overheating", False),
        ('"too hot*"', "it is too hotter", True),
        ("battery NEAR/3 burnt", "burnt again: the battery", True),
        ("battery NEAR/2 burnt", "burnt again: the battery", False),
        ('(smoke OR "on fire") NEAR/4 desk', "my desk is on fire", True),
        ("superaquecê*", "SUPERAQUECEU de novo", True),
        ("発熱", "このノートは発熱がひどい", True),
        ("発熱", "発電して熱い", False),
        ("#recall @brand", "@Brand please #Recall", True),
    ],
)
def test_a_query_catches_what_it_says(query, text, is_caught):
    assert catches(query, text) is is_caught


def test_language_country_network_and_author_are_asked_beside_the_words():
    query = "notebook lang:pt country:br network:bluesky from:@Ana"

    assert catches(query, "notebook", language="pt-br", country="br", network="bluesky", author="ana")
    assert not catches(query, "notebook", language="es", country="br", network="bluesky", author="ana")
    assert not catches(query, "notebook", language="pt", country="pt", network="bluesky", author="ana")


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("notebook AND", "D", "a word is missing"),
        ('a "never ends', '"never ends', "never closed"),
        ("x (a OR b", "(", "never closed"),
        ("a OR b)", ")", "closes nothing"),
        ("lang:portuguese fire", "lang:portuguese", "two letters"),
        ("colour:red fire", "colour:red", "not known"),
        ("fire NEAR/99 desk", "NEAR/99", "1 to 50"),
        ("(a b) NEAR/3 c", "NEAR/3", "between words"),
        ("fi*re", "fi*re", "end of a word"),
        ("-fire lang:en", "-fire lang:en", "all that is said"),
    ],
)
def test_a_wrong_query_points_to_the_place(query, place, words):
    with pytest.raises(QueryProblem) as caught:
        parse(query)

    assert words in caught.value.text
    assert query[caught.value.start : caught.value.end] == place


def test_the_matcher_finds_exactly_what_each_topic_alone_would():
    queries = [
        "fire",
        "fir*",
        '"on fire" -drill',
        "fire NEAR/2 desk",
        "smoke OR country:br",
        "lang:pt fogo",
        "fired",
    ]
    texts = ["on fire at my desk", "a fire drill", "you are fired", "nothing", "fogo aqui", "fireworks smoke"]
    matcher = Matcher(Asked(number, number, query) for number, query in enumerate(queries))

    for text in texts:
        one = Said(text, language="pt", country="br" if "aqui" in text else "us")
        assert [asked.query for asked in matcher.match(one)] == [q for q in queries if parse(q).matches(one)]


def test_one_topic_that_cannot_be_read_silences_no_other():
    matcher = Matcher([Asked(1, 1, "(broken"), Asked(2, 2, "fire")])

    assert [asked.topic for asked in matcher.match(Said("fire"))] == [2]
    assert list(matcher.problems) == [1]


def test_networks_are_asked_for_more_rather_than_less():
    assert (
        as_search(parse('notebook (fire OR "hot desk") -spam lang:pt'))
        == 'notebook (fire OR "hot desk") -spam lang:pt'
    )
    # A start of a word cannot be asked for: it is left out where the rest still narrows, and nothing is asked where not.
    assert as_search(parse("notebook overheat*")) == "notebook"
    assert as_search(parse("notebook OR overheat*")) == ""


@pytest.mark.parametrize(
    ("query", "asked", "is_whole"),
    [
        (
            'notebook (fire OR "hot desk") -spam lang:pt',
            [("notebook", "fire"), ("notebook", "hot desk")],
            True,
        ),
        ("(overheat* OR burn) NEAR/5 battery", [("battery",)], True),
        ("notebook OR overheat*", [("notebook",)], False),
        ("notebook OR from:ana", [("notebook",)], False),
        ("notebook network:bluesky", [("notebook",)], True),
        ('"too hot*"', [("too",)], True),
        ("überhitzt 値段", [("uberhitzt", "値段")], True),
        ("overheat* from:ana", [], False),
    ],
)
def test_networks_that_know_only_words_are_asked_way_by_way(query, asked, is_whole):
    ways = ways_of(parse(query))

    assert ([*ways.asked], ways.is_whole) == (asked, is_whole)


def test_questions_stay_few_by_asking_for_more():
    many = "(" + " OR ".join(f"a{n}" for n in range(9)) + ") (" + " OR ".join(f"b{n}" for n in range(5)) + ")"

    assert ways_of(parse(many)).asked == tuple((f"b{n}",) for n in range(5))
    assert not ways_of(parse(" OR ".join(f"a{n}" for n in range(30)))).is_whole


def test_a_find_is_kept_while_its_language_may_still_be_the_right_one():
    asked = parse("battery lang:pt -giveaway")

    assert may_be_meant(asked, Said("hot battery"))
    assert not may_be_meant(asked, Said("hot battery", language="en"))
    assert not may_be_meant(asked, Said("battery giveaway"))
    assert may_be_meant(parse("battery -lang:pt"), Said("battery"))
