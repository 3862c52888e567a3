"""How the inbox takes part in what concerns one person."""

from livingroom.inbox.persons.erasing import erase
from livingroom.inbox.persons.exporting import part_of, sheets_of
from livingroom.inbox.persons.keeping import add_kinds
from livingroom.inbox.persons.linking import by_codes, by_mail
from livingroom.inbox.persons.naming import adopt, find, names_of
from livingroom.people.erasure.registry import add_eraser
from livingroom.people.export.registry import add_exporter
from livingroom.people.finding import add_finder
from livingroom.people.linking.proposing import add_proposer
from livingroom.people.parts import add_part
from livingroom.people.persons import add_adopter, add_namer


def take_part() -> None:
    """Called once, when the house starts."""
    add_namer(names_of)
    add_adopter(adopt)
    add_finder(find)
    add_part("conversations", "inbox/persons/_of_customer.html", part_of, position=30)
    add_exporter("conversations", "What you wrote to us, and what we answered", sheets_of)
    add_eraser("inbox", erase, position=20)
    add_proposer(by_mail)
    add_proposer(by_codes)
    add_kinds()
