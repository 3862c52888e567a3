"""Move all secrets of the house to the newest key, in whatever room they are kept."""

from collections.abc import Iterator

from django.apps import apps
from django.db import transaction
from django.db.models import Field, Model

from livingroom.networks.vault import reseal

# Every column with this ending holds what was sealed with CREDENTIAL_KEYS: accounts and apps here, shops' secrets and
# signing keys in other rooms. A room that keeps a secret names its column so, and need do nothing else.
ENDING = "_encrypted"


def sealed_columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, Field) and field.name.endswith(ENDING):
                yield model, field.name


def rotate_credentials() -> int:
    """Encrypt all secrets with the newest key. Returns how many. Raises CannotDecrypt and then changes nothing."""
    with transaction.atomic():
        return sum(_rotate(model, column) for model, column in sealed_columns())


def _rotate(model: type[Model], column: str) -> int:
    rows = [row for row in model._default_manager.select_for_update() if getattr(row, column)]
    for row in rows:
        setattr(row, column, reseal(getattr(row, column)))
    model._default_manager.bulk_update(rows, [column], batch_size=500)
    return len(rows)
