from datetime import date, timedelta

import pytest

from livingroom.listening.models import Audit, Mention
from livingroom.listening.shares.audit import draw, label, next_unread
from livingroom.listening.shares.share import month_share
from tests.listening import cast
from tests.listening.cast import NOW, said

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


def fill(n_negative: int, n_other: int, at=NOW) -> None:
    """What is negative scores 0.6 on average, the rest 0.3: just counted, half of them would be missed."""
    for scores, n, text in (((0.45, 0.75), n_negative, "bad"), ((0.2, 0.4), n_other, "fine")):
        for place in range(2):
            said(n // 2, at, text=text, negative_share=scores[place])
    cast.count_all()


def read_all(month: date) -> None:
    """Read the whole sample; the first by the door that people use."""
    draw(month)
    row = next_unread(month)
    label(staff=cast.staff(), audit=row, value="negative" if row.mention.text == "bad" else "other", now=NOW)
    rest = Audit.objects.filter(month=month, label="")
    rest.filter(mention__text="bad").update(label="negative", labelled_at=NOW)
    rest.filter(mention__text="fine").update(label="other", labelled_at=NOW)


def test_the_sample_is_random_stable_and_fills_up():
    said(300, NOW)

    assert draw(MONTH) == 200
    first = set(Audit.objects.values_list("mention", flat=True))
    assert draw(MONTH) == 0
    late = said(300, NOW + timedelta(hours=1))
    draw(MONTH)

    now = set(Audit.objects.values_list("mention", flat=True))
    assert len(now) == 200
    assert 50 < len(now & {mention.pk for mention in late}) < 150
    assert first & now


def test_what_was_read_stays_in_the_sample():
    said(100, NOW)
    draw(MONTH, size=50)
    row = next_unread(MONTH)
    label(staff=cast.staff(), audit=row, value="other", now=NOW)
    said(2000, NOW + timedelta(hours=1))

    draw(MONTH, size=50)

    assert Audit.objects.filter(pk=row.pk).exists()


def test_the_share_is_what_people_read_and_not_what_machines_count():
    fill(n_negative=160, n_other=240)
    read_all(MONTH)

    found = month_share(MONTH, now=NOW)

    assert found.estimate.low < 0.4 < found.estimate.high
    assert found.counted == pytest.approx(0.2)
    assert found.n_audited == 200


def test_without_an_audit_there_is_no_share():
    fill(n_negative=20, n_other=30)

    found = month_share(MONTH, now=NOW)

    assert found.estimate is None
    assert "are needed" in found.why_not


def test_no_arrow_inside_the_noise_and_one_outside():
    october = NOW - timedelta(days=20)
    fill(100, 200, october)
    read_all(date(2026, 10, 1))
    fill(106, 200)
    read_all(MONTH)
    assert month_share(MONTH, now=NOW).arrow == ""

    Audit.objects.filter(month=MONTH).delete()
    Mention.objects.filter(at=NOW).delete()
    fill(260, 60)
    read_all(MONTH)
    assert month_share(MONTH, now=NOW).arrow == "up"
