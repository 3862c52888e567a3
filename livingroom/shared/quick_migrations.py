"""Migrating forwards draws only the model that got something new.

Django draws every model connected with it once more, and ours are nearly all connected: an empty house waited a quarter
of a minute for its tables, almost all of it for classes that nobody looked at. The tables are the same: a new table,
column, index or constraint is written from its own model and from the names and keys of the models it points to.
Whoever looks further gets all models drawn anew: Django sees to that where a state says `is_delayed`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

import django
from django.db.migrations.state import ModelState, ProjectState

KNOWN = (5, 2)  # what is changed here is not promised to stay: any other Django goes its own way
ADDING = ("add_model", "add_field", "_append_option")


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Draw quickly inside."""
    with ExitStack() as changes:
        if django.VERSION[:2] == KNOWN:
            for name in ADDING:
                alone = drawing_alone(getattr(ProjectState, name))
                changes.enter_context(patch.object(ProjectState, name, alone))
        yield


def drawing_alone(add: Callable[..., None]) -> Callable[..., None]:
    @wraps(add)
    def add_alone(state: ProjectState, *arguments: Any) -> None:
        drawn = state.__dict__.pop("apps", None)
        add(state, *arguments)  # a state that has drawn nothing only notes what is new
        if drawn is None:
            return
        state.__dict__["apps"] = drawn
        state.is_delayed = True
        model = changed_model(state, *arguments)
        drawn.unregister_model(model.app_label, model.name_lower)
        drawn.render_multiple([model])

    return add_alone


def changed_model(state: ProjectState, where: ModelState | str, name: str = "", *_: Any) -> ModelState:
    return where if isinstance(where, ModelState) else state.models[where, name.lower()]
