"""The whole way: clicks in the lake, codes and orders in the database, a grade for each order."""

import pytest

from livingroom.attribution.models import Evidence, Touch
from tests.attribution.scene import DAY, HOUR, NOON, grades


def test_a_code_and_a_click_of_the_same_visitor_make_an_a(scene):
    placement = scene.placement(scene.branch())
    click = scene.click(placement, NOON - 2 * DAY)
    order = scene.order(codes=[scene.code(placement)], click_id=click)

    scene.measure()

    evidence = Evidence.objects.get(order=order)
    assert (evidence.grade, evidence.placement, evidence.branch) == ("A", placement, placement.branch)
    assert evidence.touch_id == click
    assert evidence.placed_at == NOON


def test_a_single_use_code_leads_to_the_visitor_though_the_order_names_no_click(scene):
    placement = scene.placement(scene.branch())
    click = scene.click(placement, NOON - 2 * DAY, visitor="c:ana")
    earlier = scene.click(scene.placement(placement.branch), NOON - 3 * DAY, visitor="c:ana")
    order = scene.order(codes=[scene.code(placement, issued_to=click)])

    scene.measure()

    assert grades() == {order.pk: "A"}
    assert {touch.touch_id for touch in order.path.all()} >= {click, earlier}


def test_a_code_with_another_touch_of_the_branch_makes_a_b(scene):
    branch = scene.branch()
    click = scene.click(scene.placement(branch), NOON - 2 * DAY)
    order = scene.order(codes=[scene.code(scene.placement(branch))], click_id=click)

    scene.measure()

    assert grades() == {order.pk: "B"}


def test_a_click_without_a_code_makes_a_c(scene):
    order = scene.order(click_id=scene.click(scene.placement(scene.branch()), NOON - HOUR))

    scene.measure()

    assert grades() == {order.pk: "C"}


def test_a_code_alone_makes_a_d_and_is_on_the_path(scene):
    placement = scene.placement(scene.branch())
    code = scene.code(placement)
    order = scene.order(codes=[code.lower()])

    scene.measure()

    assert grades() == {order.pk: "D"}
    step = Touch.objects.get(order=order)
    assert (step.kind, step.code, step.placement, step.at) == ("code", code, placement, NOON)


def test_the_buyers_answer_makes_an_e_and_no_branch_is_guessed(scene):
    scene.branch(network="sandbox")
    order = scene.order(said_channel="Sandbox")

    scene.measure()

    evidence = Evidence.objects.get(order=order)
    assert (evidence.grade, evidence.branch) == ("E", None)


def test_an_order_without_anything_has_the_grade_none(scene):
    order = scene.order()

    scene.measure()

    assert grades() == {order.pk: "none"}


def test_a_click_of_another_channel_is_no_social_evidence_but_competes_for_credit(scene):
    order = scene.order(click_id=scene.click(scene.link("mail"), NOON - HOUR))

    scene.measure()

    assert grades() == {order.pk: "none"}
    assert {credit.channel for credit in order.credits.all()} == {"mail"}


def test_a_bot_click_earns_no_grade_and_no_credit(scene):
    click = scene.click(scene.placement(scene.branch()), NOON - HOUR, click_class="bot")
    order = scene.order(click_id=click)

    scene.measure()

    assert grades() == {order.pk: "none"}
    assert not order.credits.exists()


def test_a_click_before_the_window_is_not_counted(scene):
    click = scene.click(scene.placement(scene.branch()), NOON - 31 * DAY)
    order = scene.order(click_id=click)

    scene.measure()

    assert grades() == {order.pk: "none"}


def test_an_unknown_click_id_and_an_unknown_code_prove_nothing(scene):
    order = scene.order(click_id="made-up", codes=["SAVE10"])

    scene.measure()

    assert grades() == {order.pk: "none"}


@pytest.mark.parametrize("microsecond", [0, 1, 123_456, 999_892])
def test_microseconds_survive_the_way(scene, microsecond):
    at = NOON.replace(microsecond=microsecond)
    order = scene.order(at=at)

    scene.measure()

    assert Evidence.objects.get(order=order).placed_at == at
    assert scene.measure(full=True).n_changed == 0
