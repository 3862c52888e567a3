from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from livingroom.frontdoor.signing import change_key
from livingroom.people.models import Staff


class Command(BaseCommand):
    help = "Sign the public directory with a new key from now on; the old one stays published for what it signed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The mail address of the admin who does it, for the event log.")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(email__iexact=options["email"]).first()
        if staff is None:
            raise CommandError(f"Nobody here has the mail address {options['email']}.")
        key = change_key(staff=staff, now=timezone.now())
        self.stdout.write(f"The directory is signed with {key.name} from now on.")
