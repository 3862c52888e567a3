"""Django's `migrate`, which draws no more models than it needs."""

from typing import Any

from django.core.management.commands import migrate

from livingroom.shared.quick_migrations import quick_migrations


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        with quick_migrations():
            super().handle(*arguments, **options)
