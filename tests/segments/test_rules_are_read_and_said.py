"""Rules: read with reasons, stored and read back the same, said as a sentence, judged of those of whom little is known."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livingroom.segments.bands import Basis
from livingroom.segments.facts import Fact, Kind, add_fact, forget_fact
from livingroom.segments.judging import judge
from livingroom.segments.parsing import RuleProblem, parse, parse_text
from livingroom.segments.rules import All, AnyOf, Condition, Not, Rule, conditions, to_json
from livingroom.segments.sentences import sentence
from tests.segments.cast import rule

BASIS = Basis("USD", (5_000, 15_000, 50_000, 150_000))
WORDS = st.lists(
    st.text("abcdefgh ", min_size=1).filter(str.strip).map(str.strip), min_size=1, max_size=3, unique=True
)
ONE = st.one_of(
    st.builds(
        lambda o, v: Condition("interest", o, tuple(v)), st.sampled_from(["is", "is_all", "is_not"]), WORDS
    ),
    st.builds(
        lambda o, n: Condition("orders", o, n), st.sampled_from(["at_least", "at_most"]), st.integers(0, 99)
    ),
    st.builds(lambda v: Condition("recency", "is", tuple(sorted(v))), st.sets(st.integers(1, 5), min_size=1)),
    st.builds(lambda d: Condition("last_order", "since", d.isoformat()), st.dates()),
)
GROUP = st.recursive(
    ONE,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
).filter(lambda made: _depth(made) <= 6)


def _depth(of: Rule) -> int:
    match of:
        case All(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts))
        case Not(part):
            return 1 + _depth(part)
        case _:
            return 1


@given(GROUP)
def test_a_rule_comes_back_from_storage_as_it_was(made: Rule) -> None:
    stored = json.dumps(to_json(made))

    assert parse_text(stored) == made
    assert sentence(made, BASIS)


def test_a_rule_is_said_as_people_would() -> None:
    told = rule(
        ("country", "is", ["CA", "BR"]), ("orders_year", "at_least", 2), ("interest", "is", ["gaming"])
    )

    assert sentence(parse(told), BASIS) == (
        "lives in Canada or Brazil, bought at least twice in a year, interested in gaming"
    )


def test_groups_and_money_are_said_without_doubt() -> None:
    told = {
        "all": [
            {"not": {"fact": "frequency", "operator": "is", "value": [1]}},
            {
                "any": [
                    *rule(("net", "at_least", 50_000))["all"],
                    *rule(("last_order", "within_days", 90))["all"],
                ]
            },
        ]
    }

    assert (
        sentence(parse(told), BASIS)
        == "not (bought once), (brought at least $500.00 or bought within 90 days)"
    )


@pytest.mark.parametrize(
    ("told", "where", "words"),
    [
        ([], "", "A rule is"),
        ({"all": []}, "all", "at least one condition"),
        (
            {"all": [{"any": [{"fact": "shoe_size", "operator": "is", "value": ["9"]}]}]},
            "all[0].any[0].fact",
            "Nobody tells",
        ),
        (rule(("country", "at_least", 2)), "all[0].operator", "asked by is, is_not"),
        (rule(("country", "is", ["Canada"])), "all[0].value", "two letters"),
        (rule(("orders", "at_least", "many")), "all[0].value", "whole number"),
        (rule(("orders", "at_least", True)), "all[0].value", "whole number"),
        (rule(("recency", "is", [7])), "all[0].value", "bands 1 to 5"),
        (rule(("last_order", "since", "soon")), "all[0].value", "needs a day"),
        (rule(("interest", "is", [" "])), "all[0].value", "at least one word"),
        ({"fact": "country", "operator": "is"}, "", "A rule is"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(told: object, where: str, words: str) -> None:
    with pytest.raises(RuleProblem) as problem:
        parse(told)

    assert problem.value.where == where
    assert words in problem.value.text


def test_a_rule_nested_without_end_is_refused() -> None:
    deep = "[" * 100_000

    with pytest.raises(RuleProblem):
        parse_text('{"all":' + deep)
    with pytest.raises(RuleProblem, match="deep at most"):
        parse_text('{"not":' * 7 + '{"fact":"orders","operator":"at_least","value":1}' + "}" * 7)


def test_conditions_on_what_nobody_can_know_limit_nobody() -> None:
    gamers = parse(rule(("interest", "is", ["Gaming"]), ("orders_year", "at_least", 2)))
    elsewhere = parse({"not": {"fact": "country", "operator": "is", "value": ["US"]}})

    assert judge(gamers, {"interest": ["gaming"]}) is None
    assert judge(gamers, {"interest": ["servers"]}) is False
    assert judge(elsewhere, {"country": ["CA"]}) is True
    assert judge(elsewhere, {}) is None


def test_rooms_above_bring_facts_of_their_own() -> None:
    add_fact(Fact("badges", "Badges", Kind.NUMBER))
    try:
        read = parse(rule(("badges", "at_least", 3)))
        assert sentence(read, BASIS) == "Badges: at least 3"
    finally:
        forget_fact("badges")

    assert "nobody tells this any more" in sentence(read, BASIS)
    assert [each.fact for each in conditions(read)] == ["badges"]
