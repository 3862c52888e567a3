from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livingroom.networks.rotation import rotate_credentials
from livingroom.networks.vault import CannotDecrypt


class Command(BaseCommand):
    help = (
        "Encrypt all stored secrets (accounts, apps, shops, signing keys) with the newest of CREDENTIAL_KEYS. "
        "Put the new key first, restart, run this, then remove the old key."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            n_rotated = rotate_credentials()
        except CannotDecrypt as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{n_rotated} credentials are encrypted with the newest key.")
