"""Whom a person of ours answered before they ordered: on the path and in a line of its own; it never makes a grade."""

import pytest
from django.conf import settings

from livingroom.attribution.models import AnsweredOrder, Credit, Evidence, Touch
from livingroom.attribution.operations import has_news
from livingroom.inbox.joining.operations import merge as merge_cases
from livingroom.inbox.models import Author
from livingroom.lake import Lake
from livingroom.orders.models import Order
from livingroom.people.identities import merge_customers, undo_merge
from livingroom.people.models import Staff
from livingroom.shared.models import Brand
from tests.attribution.answering import answer, answered, conversation
from tests.attribution.scene import DAY, HOUR, NOON, grades
from tests.posts import cast as house


def count_answers() -> None:
    Brand.current()
    Brand.objects.update(counts_answers=True)


def path_of(order):
    return [(step.kind, step.touch_id) for step in order.path.all()]


def touch_of(message):
    return f"answer:{message.conversation_id}:{message.pk}"


def test_it_stands_on_the_path_and_in_its_own_line_and_changes_no_grade_and_no_credit(scene):
    branch, ana = scene.branch(), scene.customer()
    said = answered(branch, NOON - 2 * DAY, ana)
    order = scene.order(customer=ana, amount=250_00)

    scene.measure()

    assert path_of(order) == [("conversation", touch_of(said))]
    assert (grades(), Credit.objects.count()) == ({order.pk: "none"}, 0)
    line = AnsweredOrder.objects.get()
    assert (line.order, line.branch, line.conversation_id) == (order, branch, said.conversation_id)
    assert (line.answered_at, line.placed_at, line.grade, line.net_minor) == (said.at, NOON, "none", 250_00)


@pytest.mark.parametrize(
    ("gap", "is_known", "by_machine"),
    [(31 * DAY, True, False), (-HOUR, True, False), (HOUR, False, False), (HOUR, True, True)],
    ids=["before the window", "after the order", "of a stranger", "by a machine"],
)
def test_an_answer_is_no_touch_of_the_order(scene, gap, is_known, by_machine):
    ana = scene.customer()
    case = conversation(scene.branch(), NOON - gap, ana if is_known else None)
    answer(case, NOON - gap, by_machine=by_machine)
    order = scene.order(customer=ana)

    scene.measure()

    assert (path_of(order), AnsweredOrder.objects.count()) == ([], 0)


def test_many_answers_of_one_conversation_are_one_touch_of_each_order(scene):
    ana, branch = scene.customer(), scene.branch()
    case = conversation(branch, NOON - 9 * DAY, ana)
    first = [answer(case, NOON - days * DAY) for days in (9, 8, 7)]
    later = [answer(case, NOON - days * DAY) for days in (3, 2)]
    early, late = scene.order(customer=ana, at=NOON - 5 * DAY), scene.order(customer=ana)

    scene.measure()

    assert path_of(early) == [("conversation", touch_of(first[-1]))]
    assert path_of(late) == [("conversation", touch_of(later[-1]))]


def test_where_it_counts_it_is_a_channel_of_its_own_and_credit_still_sums_to_the_order(scene):
    count_answers()
    ana = scene.customer()
    scene.click(scene.placement(scene.branch()), NOON - 3 * DAY, visitor="c:ana")
    click = scene.click(scene.placement(scene.branch()), NOON - HOUR, visitor="c:ana")
    answered(scene.branch(), NOON - 2 * DAY, ana)
    order = scene.order(customer=ana, click_id=click, amount=100_00)

    scene.measure()

    linear = dict(
        order.credits.filter(model="linear", channel="answered_conversation").values_list("channel", "share")
    )
    assert linear == {"answered_conversation": pytest.approx(1 / 3)}
    assert sum(order.credits.filter(model="linear").values_list("amount_minor", flat=True)) == 100_00
    assert grades() == {order.pk: "C"}


@pytest.mark.parametrize(("counts", "grade"), [(False, "D"), (True, "B")])
def test_it_confirms_a_code_of_its_branch_only_where_it_counts(scene, counts, grade):
    if counts:
        count_answers()
    branch, ana = scene.branch(), scene.customer()
    answered(branch, NOON - DAY, ana)
    order = scene.order(customer=ana, codes=[scene.code(scene.placement(branch))])

    scene.measure()

    assert grades() == {order.pk: grade}


def test_even_where_it_counts_it_makes_no_grade_alone_nor_beside_another_branchs_code(scene):
    count_answers()
    ana, ben = scene.customer(), scene.customer()
    answered(scene.branch(), NOON - DAY, ana)
    answered(scene.branch(), NOON - DAY, ben)
    alone = scene.order(customer=ana)
    other = scene.order(customer=ben, codes=[scene.code(scene.placement(scene.branch()))])

    scene.measure()

    assert grades() == {alone.pk: "none", other.pk: "D"}


@pytest.mark.parametrize("text", ["Here: {}/{}?x=1.", ""], ids=["the link is known", "the words are erased"])
def test_a_click_on_a_link_in_the_answer_is_not_counted_twice(scene, settings, text):
    count_answers()
    branch, ana = scene.branch(), scene.customer()
    placement = scene.placement(branch)
    answered(branch, NOON - DAY, ana, text.format(settings.SHORT_URL, placement.link.slug))
    click = scene.click(placement, NOON - HOUR, visitor="c:ana")
    order = scene.order(customer=ana, click_id=click)

    scene.measure()

    assert set(Credit.objects.values_list("touch_id", flat=True)) == {click}
    assert [kind for kind, _ in path_of(order)] == ["conversation", "click"]


def test_a_click_on_another_link_leaves_the_answer_its_share(scene, settings):
    count_answers()
    branch, ana = scene.branch(), scene.customer()
    answered(branch, NOON - DAY, ana, f"Here: {settings.SHORT_URL}/{scene.placement(branch).link.slug}")
    order = scene.order(customer=ana, click_id=scene.click(scene.placement(branch), NOON - HOUR))

    scene.measure()

    assert order.credits.filter(model="linear").count() == 2


def test_a_new_answer_is_noticed_and_its_customer_alone_measured(scene):
    branch, ana = scene.branch(), scene.customer()
    order, _ = scene.order(customer=ana), scene.order()
    scene.measure()
    assert not has_news()

    answered(branch, NOON - HOUR, ana)
    run = scene.measure()

    assert (run.n_people, run.is_full) == (1, False)
    assert len(path_of(order)) == 1


def test_who_becomes_known_merges_and_is_parted_again_takes_the_answer_along(scene):
    ana, other = scene.customer(), scene.customer()
    said = answered(scene.branch(), NOON - HOUR, None)
    order = scene.order(customer=ana)
    scene.measure()
    staff = house.staff("Mia", Staff.Role.ADMIN)

    Author.objects.update(customer=other)
    scene.measure()
    merge = merge_customers(staff=staff, kept=ana, other=other, evidence="She said so", now=NOON)
    scene.measure()
    assert path_of(order) == [("conversation", touch_of(said))]
    undo_merge(staff=staff, merge=merge, now=NOON)
    scene.measure()

    assert (path_of(order), AnsweredOrder.objects.count(), has_news()) == ([], 0, False)


def test_once_a_person_is_erased_nothing_leads_from_the_order_to_the_case(scene):
    ana = scene.customer()
    answered(scene.branch(), NOON - HOUR, ana)
    order = scene.order(customer=ana)
    scene.measure()

    Order.objects.update(customer=None, changed_at=NOON + DAY)
    Author.objects.update(customer=None)
    scene.measure()

    assert (path_of(order), AnsweredOrder.objects.count()) == ([], 0)
    assert Lake.open(settings.LAKE_URL).read("conversations").num_rows == 0


def test_after_cases_were_merged_the_receipt_opens_the_one_that_is_left(scene):
    ana, branch = scene.customer(), scene.branch()
    said, target = answered(branch, NOON - HOUR, ana), conversation(branch, NOON - HOUR, ana)
    scene.order(customer=ana)
    scene.measure()

    merge_cases(staff=house.staff("Mia", Staff.Role.ADMIN), source=said.conversation, target=target, now=NOON)
    scene.measure()

    assert AnsweredOrder.objects.get().conversation_id == target.pk


def test_a_refund_reads_no_answer_again_and_moves_the_line(scene, monkeypatch):
    ana = scene.customer()
    answered(scene.branch(), NOON - HOUR, ana)
    order = scene.order(customer=ana, amount=100_00)
    scene.measure()
    scene.refund(order, 40_00, NOON + DAY)

    with monkeypatch.context() as without_clicks:
        without_clicks.setattr(Lake, "relation", None)
        scene.measure()

    assert AnsweredOrder.objects.get().net_minor == 60_00


def test_news_alone_and_everything_anew_come_to_the_same_and_anew_writes_nothing(scene):
    branch, ana = scene.branch(), scene.customer()
    for days in (20, 12, 1):
        answered(branch, NOON - days * DAY, ana)
        scene.order(customer=ana, at=NOON - days * DAY + HOUR)
        scene.measure()
    before = set(Touch.objects.values_list("order", "touch_id")), set(AnsweredOrder.objects.values_list())

    run = scene.measure(full=True)

    assert run.n_changed == 0
    assert (
        set(Touch.objects.values_list("order", "touch_id")),
        set(AnsweredOrder.objects.values_list()),
    ) == before
    assert len(before[1]) == 3


def test_turning_it_on_measures_everybody_and_turning_it_off_leaves_no_trace(scene):
    branch, ana = scene.branch(), scene.customer()
    answered(branch, NOON - DAY, ana)
    order = scene.order(customer=ana, codes=[scene.code(scene.placement(branch))])
    scene.measure()
    before = set(Credit.objects.values_list("touch_id", "model", "share"))

    count_answers()
    assert scene.measure().is_full
    assert Evidence.objects.get(order=order).grade == "B"
    Brand.objects.update(counts_answers=False)
    scene.measure()

    assert Evidence.objects.get(order=order).grade == "D"
    assert set(Credit.objects.values_list("touch_id", "model", "share")) == before
