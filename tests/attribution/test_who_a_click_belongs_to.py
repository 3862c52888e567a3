"""From an order to its click, from the click to its visitor, from the visitor to all of their clicks."""

from livingroom.attribution.models import Evidence
from tests.attribution.scene import DAY, HOUR, MINUTE, NOON, grades


def test_every_click_of_the_visitor_belongs_to_the_customer(scene):
    branch = scene.branch()
    first = scene.click(scene.placement(branch), NOON - 5 * DAY, visitor="c:ana")
    last = scene.click(scene.placement(branch), NOON - HOUR, visitor="c:ana")
    order = scene.order(click_id=last)

    scene.measure()

    assert [touch.touch_id for touch in order.path.all()] == [first, last]


def test_a_later_order_without_a_click_id_is_still_the_same_persons(scene):
    ana = scene.customer()
    placement = scene.placement(scene.branch())
    scene.order(customer=ana, click_id=scene.click(placement, NOON - HOUR, visitor="c:ana"))
    scene.click(placement, NOON + DAY, visitor="c:ana")
    second = scene.order(customer=ana, at=NOON + 2 * DAY)

    scene.measure()

    assert grades()[second.pk] == "C"


def test_a_visitor_shared_by_two_customers_proves_only_the_click_each_order_names(scene):
    placement = scene.placement(scene.branch())
    scene.click(placement, NOON - 5 * DAY, visitor="c:family")
    anas = scene.click(placement, NOON - 2 * HOUR, visitor="c:family")
    bens = scene.click(placement, NOON - HOUR, visitor="c:family")
    ana = scene.order(click_id=anas)
    ben = scene.order(click_id=bens)

    scene.measure()

    assert [touch.touch_id for touch in ana.path.all()] == [anas]
    assert [touch.touch_id for touch in ben.path.all()] == [bens]


def test_a_click_named_by_two_customers_belongs_to_the_one_who_ordered_first(scene):
    click = scene.click(scene.placement(scene.branch()), NOON - DAY)
    second = scene.order(click_id=click, at=NOON)
    first = scene.order(click_id=click, at=NOON - HOUR)

    scene.measure()

    assert grades() == {first.pk: "C", second.pk: "none"}


def test_an_order_older_than_the_click_it_names_proves_nothing(scene):
    order = scene.order(click_id=scene.click(scene.placement(scene.branch()), NOON + HOUR))

    scene.measure()

    assert grades() == {order.pk: "none"}


def test_a_shops_clock_may_be_behind_ours(scene):
    order = scene.order(click_id=scene.click(scene.placement(scene.branch()), NOON + MINUTE), at=NOON)

    scene.measure()

    assert grades() == {order.pk: "C"}
    assert order.path.get().at == NOON


def test_an_order_without_a_customer_still_has_its_own_click(scene):
    order = scene.order(click_id=scene.click(scene.placement(scene.branch()), NOON - HOUR))
    type(order).objects.filter(pk=order.pk).update(customer=None)

    scene.measure()

    assert Evidence.objects.get(order=order).grade == "C"
