"""Taking a reading: analyse, keep it for ever as it was, and say so in the event log."""

from datetime import datetime

from django.db import transaction

from livingroom.experiments.analysis import RULE_VERSION, analyse
from livingroom.experiments.models import Experiment, Reading
from livingroom.experiments.operations import go_on
from livingroom.measure.lift.stored import to_json
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

State = Experiment.State


class TooEarly(ValueError):
    """There is nothing to read yet, or never will be."""


def take_reading(*, staff: Staff, experiment: Experiment, now: datetime) -> Reading:
    """Look at the experiment. Raises PermissionDenied, TooEarly.

    Reading again without news keeps no second row.
    """
    require(staff, "experiment")
    go_on(now)
    experiment.refresh_from_db()
    if experiment.state not in (State.RUNNING, *Experiment.OVER):
        raise TooEarly(
            f"“{experiment}” is {experiment.get_state_display().lower()}: there is nothing to read."
        )
    found = analyse(experiment, now)
    with transaction.atomic():
        row = Experiment.objects.select_for_update().get(pk=experiment.pk)
        last = row.readings.order_by("-look").first()
        body = to_json(found.reading)
        if last is not None and (last.digest, last.body, last.is_final) == (
            found.digest,
            body,
            found.is_final,
        ):
            return last
        kept = Reading.objects.create(
            experiment=row,
            made_at=now,
            made_by=str(staff),
            look=last.look + 1 if last else 1,
            is_final=found.is_final,
            rule_version=RULE_VERSION,
            body=body,
            digest=found.digest,
        )
        if found.is_final:
            row.state = State.READ
            row.save(update_fields=["state"])
            experiment.state = State.READ
        record_event(
            actor=staff, verb="read experiment", subject=row, now=now, look=kept.look, is_final=found.is_final
        )
    return kept
