"""The verbs of surveys."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.inbox.csat.models import Survey
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def save_survey(*, staff: Staff, survey: Survey, branches: Iterable[Branch], now: datetime) -> Survey:
    """Write a new or changed survey. Raises PermissionDenied."""
    require(staff, "arrange")
    with transaction.atomic():
        survey.save()
        survey.branches.set(branches)
        record_event(
            actor=staff,
            verb="saved the survey",
            subject=survey,
            now=now,
            name=survey.name,
            is_on=survey.is_on,
        )
    return survey
