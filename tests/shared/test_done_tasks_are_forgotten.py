from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from livingroom.shared.tasks import forget_done_tasks


@pytest.mark.django_db
def test_old_results_go_and_recent_ones_stay():
    results = [forget_done_tasks.enqueue(), forget_done_tasks.enqueue()]
    old, recent = (DBTaskResult.objects.get(pk=result.id) for result in results)
    for row in (old, recent):
        row.set_successful(None)
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=4))

    forget_done_tasks.call()

    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {recent.pk}
