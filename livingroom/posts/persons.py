"""What posting keeps of people: their reactions, as they were brought to our own pages."""

from datetime import datetime

from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.persons import Person
from livingroom.posts.reactions.models import WrittenBack


def take_part() -> None:
    """Called once, when the house starts."""
    add_eraser("pages of ours", erase, position=25)


def erase(person: Person, now: datetime) -> Done:
    """Our copy of the words goes now; pages of ours that show them take them back, as with every reaction that is gone."""
    numbers = [int(name.split()[1]) for name in person.texts("subjects") if name.startswith("reaction ")]
    return Done({"reactions on our pages": WrittenBack.objects.filter(reaction__in=numbers).update(text="")})
