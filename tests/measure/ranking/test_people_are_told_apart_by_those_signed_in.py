import numpy as np
import pytest

from livingroom.measure.ranking import people_who_saw


def test_the_worked_example_of_the_method_page():
    # 40 members saw it, on 390 days; 400 visitors by the day: 40 + 400 * 50 / 400
    assert people_who_saw([400], [40], [390]).tolist() == [90.0]


def test_without_members_every_visitor_is_one_more_person():
    assert people_who_saw([0, 7, 300], [0, 0, 0], [0, 0, 0]).tolist() == [0, 7, 300]


def test_the_more_often_members_come_again_the_fewer_people_the_others_are():
    found = people_who_saw([100] * 4, [20] * 4, [20, 40, 80, 160])

    assert (np.diff(found) < 0).all()
    assert found[0] == 120


@pytest.mark.parametrize("columns", [([1, 2], [1], [1]), ([1], [2], [1])])
def test_nonsense_is_refused(columns):
    with pytest.raises(ValueError, match="look"):
        people_who_saw(*columns)
