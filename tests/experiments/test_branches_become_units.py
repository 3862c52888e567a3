"""Branches that share a market are left out together: else the one would sell what the other was left out of."""

from livingroom.branches.models import Branch
from livingroom.experiments.markets import candidates, may_take_part, speaks_to_the_world
from livingroom.shared.places import countries, country_name, regions

SOLD = frozenset({("US", ""), ("US", "Home"), ("US", "Outlet"), ("GB", ""), ("GB", "Home"), ("DE", "")})


def branch(name: str, country: str, division: str = "", **facts: object) -> Branch:
    return Branch(
        pk=hash((name, country)), name=name, country=country, division=division, purpose="sales", **facts
    )


def names(units) -> dict[str, list[str]]:
    return {unit.name: [one.name for one in unit.branches] for unit in units}


def test_branches_of_a_country_are_one_unit():
    rows = [branch("A", "US", "Home"), branch("B", "US", "Outlet"), branch("C", "DE")]

    units = candidates(rows, "country", SOLD)

    assert names(units) == {country_name("US"): ["A", "B"], "Germany": ["C"]}
    assert {unit.markets for unit in units} == {(("US", ""),), (("DE", ""),)}


def test_a_country_whose_branches_sell_one_division_is_that_divisions_market():
    units = candidates([branch("A", "US", "Home"), branch("B", "US", "Home")], "country", SOLD)

    assert [unit.markets for unit in units] == [(("US", "Home"),)]
    assert "2 branches share this market" in units[0].joined


def test_a_region_is_its_countries_together():
    rows = [
        branch("A", "US", "Home"),
        branch("B", "US", "Outlet"),
        branch("C", "DE"),
        branch("D", "AT"),
        branch("E", "GB", "Home"),
    ]

    units = {unit.name: unit.markets for unit in candidates(rows, "region", SOLD)}

    assert units == {
        "Northern America": (("US", ""),),
        "Western Europe": (("AT", ""), ("DE", "")),
        "Northern Europe": (("GB", "Home"),),
    }


def test_every_country_lies_in_one_region():
    assert set(regions()) == set(countries())


def test_branches_of_different_divisions_are_apart():
    units = candidates([branch("A", "US", "Home"), branch("B", "US", "Outlet")], "branch", SOLD)

    assert names(units) == {"A": ["A"], "B": ["B"]}


def test_a_branch_of_all_divisions_shares_the_market_of_each():
    rows = [
        branch("A", "US", "Home"),
        branch("B", "US"),
        branch("C", "US", "Outlet"),
        branch("D", "GB", "Home"),
    ]

    units = candidates(rows, "branch", SOLD)

    assert names(units) == {"A + B + C": ["A", "B", "C"], "D": ["D"]}
    assert [unit.markets for unit in units] == [(("US", ""),), (("GB", "Home"),)]


def test_a_division_that_no_order_names_is_no_market():
    units = candidates([branch("A", "DE", "Home")], "branch", SOLD)

    assert units[0].markets == (("DE", ""),)


def test_a_segment_is_one_unit_over_its_countries():
    rows = [branch("A", "US", "Home"), branch("B", "GB", "Home"), branch("C", "US", "Outlet")]

    units = candidates(rows, "division", SOLD)

    assert names(units) == {"Home": ["A", "B"], "Outlet": ["C"]}
    assert units[0].markets == (("GB", "Home"), ("US", "Home"))


def test_segments_that_share_a_market_become_one():
    rows = [
        branch("A", "US", language="en"),
        branch("B", "US", language="es"),
        branch("C", "DE", language="de"),
    ]

    units = candidates(rows, "language", SOLD)

    assert names(units) == {"English + Spanish": ["A", "B"], "German": ["C"]}


def test_two_branches_of_one_name_are_two_units():
    first, second = branch("A", "US", "Home"), branch("A", "GB", "Home")

    units = candidates([first, second], "branch", SOLD)

    assert names(units) == {"A": ["A"], "A (2)": ["A"]}


def test_a_branch_for_the_whole_world_is_no_unit():
    rows = [branch("A", "US"), branch("World", "")]

    assert [unit.name for unit in candidates(rows, "branch", SOLD)] == ["A"]
    assert [one.name for one in speaks_to_the_world(rows)] == ["World"]


def test_only_the_segment_takes_part():
    gamer, other = branch("A", "US", interests=["games"]), branch("B", "US", interests=["home"])

    assert may_take_part([gamer, other], {"interest": "games"}) == [gamer]
    assert may_take_part([gamer, other], {"purpose": "service"}) == []
