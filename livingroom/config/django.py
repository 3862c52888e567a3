"""Start Django once, for commands."""

import os


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")
    import django

    django.setup()
