"""Versions stay as they were, uses say what for, and pages show no small group to those who may not see people."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.segments.builder import Draft
from livingroom.segments.models import Customs, Segment, SegmentUse, SegmentVersion, VersionIsFinal
from livingroom.segments.operations import (
    CannotSave,
    CannotUse,
    export_members,
    save_segment,
    set_customs,
    use_version,
)
from livingroom.segments.parsing import parse
from livingroom.segments.privacy import is_shown, pairs, shown, too_near
from livingroom.segments.rules import to_json
from livingroom.shared.models import Event
from tests.segments import cast
from tests.segments.cast import NOW, buy, customer, kept, rule, segment, signed_in, staff, version

pytestmark = pytest.mark.django_db
GAMING = rule(("interest", "is", ["gaming"]))


def test_another_rule_is_another_version_and_the_same_rule_is_none() -> None:
    made = segment("Gamers", GAMING)
    first = made.current
    assert first is not None

    again = segment("Gamers of ours", GAMING, segment=made)
    assert again.current == first
    changed = segment(
        "Gamers of ours", rule(("interest", "is", ["gaming", "linux"])), segment=made, why="Linux plays too"
    )

    assert changed.current is not None
    assert [changed.current.number, changed.current.digest != first.digest] == [2, True]
    assert SegmentVersion.objects.get(pk=first.pk).rule == GAMING
    first.rule = rule(("country", "is", ["US"]))
    with pytest.raises(VersionIsFinal):
        first.save()


def test_what_cannot_be_saved_says_why_and_where() -> None:
    segment("Gamers", GAMING)
    wrong = [
        ("gamers", GAMING, "offers", "name"),
        ("", GAMING, "offers", "name"),
        ("Others", {"all": []}, "offers", "rule"),
        ("Others", GAMING, " ", "purpose"),
    ]
    for name, told, purpose, where in wrong:
        with pytest.raises(CannotSave) as problem:
            save_segment(staff=staff(), name=name, rule=told, purpose=purpose, ground="interest", now=NOW)
        assert problem.value.problem.field == where
    with pytest.raises(PermissionDenied):
        segment("Mine", GAMING, staff=staff("analyst"))


def test_a_frozen_use_keeps_its_version() -> None:
    made = segment("Gamers", GAMING)
    first = made.current
    assert first is not None
    use_version(version=first, used_by="offer 17", by="Maya", now=NOW)
    use_version(version=first, used_by="offer 17", by="delivery", now=NOW, freeze=True)
    second = segment("Gamers", rule(("orders", "at_least", 1)), segment=made).current
    assert second is not None

    with pytest.raises(CannotUse, match="keeps it"):
        use_version(version=second, used_by="offer 17", by="Maya", now=NOW)
    with pytest.raises(CannotUse, match="not for research"):
        use_version(version=second, used_by="topic 1", by="Maya", now=NOW, purpose="research")

    use_version(version=first, used_by="offer 18", by="Maya", now=NOW)
    use_version(version=second, used_by="offer 18", by="Maya", now=NOW)
    standing = dict(SegmentUse.objects.filter(ended_at=None).values_list("used_by", "version__number"))
    assert standing == {"offer 17": 1, "offer 18": 2}


def test_groups_too_small_are_not_told_nor_found_by_subtraction() -> None:
    assert [shown(n, 10) for n in (0, 3, 10, 12_345)] == ["0", "fewer than 10", "10", "12,345"]
    assert [is_shown(n, 100, 10) for n in (9, 10, 90, 91, 100)] == [False, True, True, False, True]

    # Group 1 lies in group 0 but for three people; group 2 has twenty of its own.
    patterns = {0b000: 50, 0b001: 3, 0b011: 40, 0b100: 20}
    assert too_near(patterns, 3, 10) == {0}
    assert pairs(patterns, 3, 10)[0][1] == "not told"
    assert pairs(patterns, 3, 10)[0][2] == "0"
    assert pairs({0b01: 30, 0b10: 30, 0b11: 4}, 2, 10)[0][1] == "fewer than 10"


@pytest.mark.parametrize(
    "told",
    [
        rule(("country", "is", ["CA", "BR"]), ("orders_year", "at_least", 2)),
        {"any": [*GAMING["all"], {"all": [*GAMING["all"], *rule(("net", "at_least", 123_400))["all"]]}]},
        {
            "all": [
                *GAMING["all"],
                {
                    "not": {
                        "any": rule(("recency", "is", [1, 2]), ("first_order", "since", "2009-01-01"))["all"]
                    }
                },
            ]
        },
    ],
)
def test_the_builder_shows_a_rule_and_gives_it_back(told: dict[str, Any]) -> None:
    draft = Draft.of(parse(told), "USD")

    assert draft is not None
    assert draft.told("USD") == to_json(parse(told))


def test_a_rule_too_deep_for_the_builder_is_written_as_text() -> None:
    deep = {"all": [{"any": [{"all": [*GAMING["all"], *GAMING["all"]]}, *GAMING["all"]]}]}
    made = segment("Deep", deep)
    client = signed_in()

    page = client.get(f"/segments/{made.slug}/edit/").content.decode()
    assert 'name="rule_text"' in page
    wrong = client.post(
        f"/segments/{made.slug}/edit/", {"name": "Deep", "rule_text": '{"all": [', "keep": "1"}
    )
    assert wrong.status_code == 422
    assert "This is no JSON" in wrong.content.decode()


def _form(**more: Any) -> dict[str, Any]:
    return {
        "name": "Canadian gamers", "purpose": "offers", "ground": "interest", "top": "all", "g0_join": "all",
        "g0c0_fact": "country", "g0c0_operator": "is", "g0c0_value": ["CA"], **more,
    }  # fmt: skip


def test_a_segment_is_built_without_a_script() -> None:
    for _ in range(3):
        buy(customer("CA"))
    kept()
    client = signed_in()

    page = client.post("/segments/new/", _form(add_row="0")).content.decode()
    assert 'name="g0c1_fact"' in page
    assert "fewer than 10" in page  # a community manager does not see people
    more = {"g0c1_fact": "orders", "g0c1_was": "interest", "g0c1_operator": "is", "g0c1_value": "gaming"}
    page = client.post("/segments/new/", _form(**more)).content.decode()
    assert 'inputmode="numeric"' in page
    wrong = client.post(
        "/segments/new/", _form(**{**more, "g0c1_was": "orders", "g0c1_value": "many"}, keep="1")
    )
    assert wrong.status_code == 422
    assert "needs a whole number" in wrong.content.decode()
    more = {"g0c1_fact": "orders", "g0c1_was": "orders", "g0c1_operator": "at_least", "g0c1_value": "1"}
    part = client.post("/segments/new/", _form(**more), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="builder"')
    assert "Lives in Canada, bought at least once" in part

    done = client.post("/segments/new/", _form(**more, keep="1"))
    assert done.status_code == 302
    assert Segment.objects.get().current.rule == rule(("country", "is", ["CA"]), ("orders", "at_least", 1))  # type: ignore[union-attr]
    assert client.get(done.headers["Location"]).status_code == 200


def test_who_may_see_people_sees_them_and_takes_them_with_an_event() -> None:
    person = customer("CA", handle="bluesky:ana")
    kept()
    made = segment("Canadians", rule(("country", "is", ["CA"])))

    seen = signed_in("manager").get(f"/segments/{made.slug}/").content.decode()
    hidden = signed_in().get(f"/segments/{made.slug}/").content.decode()
    assert f"Customer {person.pk}" in seen
    assert f"Customer {person.pk}" not in hidden
    assert "fewer than 10" in hidden

    assert signed_in().post(f"/segments/{made.slug}/members.csv").status_code == 403
    taken = signed_in("manager").post(f"/segments/{made.slug}/members.csv")
    assert b"".join(taken.streaming_content) == f"customer\r\n{person.pk}\r\n".encode()  # type: ignore[attr-defined]
    event = Event.objects.get(verb="exported members of")
    assert event.change["purpose"] == "offers"
    with pytest.raises(PermissionDenied):
        export_members(staff=staff(), version=version(GAMING), now=NOW)


def test_the_pages_stand_empty_full_and_put_away() -> None:
    client = signed_in("admin")
    assert "No segments yet" in client.get("/segments/").content.decode()
    for _ in range(12):
        buy(customer("CA"))
    kept()
    made = segment("Canadians", rule(("country", "is", ["CA"])))
    segment("Buyers", rule(("orders", "at_least", 1)))
    segment("Canadians", rule(("country", "is", ["CA", "US"])), segment=made)

    page = client.get("/segments/").content.decode()
    assert "lives in Canada or United States" in page
    assert "How they overlap" in page
    changed = client.get(f"/segments/{made.slug}/versions/1-2/").content.decode()
    assert "<del>lives in Canada</del>" in changed
    assert client.post("/segments/customs/", {"smallest_group": "25"}).status_code == 302
    assert Customs.current().smallest_group == 25
    client.post(f"/segments/{made.slug}/archive/")
    assert [row.name for row in Segment.objects.filter(archived_at=None)] == ["Buyers"]
    assert "Canadians" in client.get("/segments/?show=archived").content.decode()
    client.post(f"/segments/{made.slug}/restore/")
    assert not Segment.objects.exclude(archived_at=None).exists()
    with pytest.raises(CannotSave):
        set_customs(staff=cast.staff("admin"), smallest_group=1, now=NOW)
