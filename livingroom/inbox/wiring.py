"""How the sub-rooms about answering are joined to the rest: what they hear, and what they put on a conversation's page."""

from livingroom.branches.answered import add_source
from livingroom.inbox.answering.page import composer_of, on_the_way
from livingroom.inbox.answering.signals import answer_sent
from livingroom.inbox.company.hearing import hear_answer, hear_words
from livingroom.inbox.company.page import head_of, note_of, reminders_of
from livingroom.inbox.csat.asking import hear_changes
from livingroom.inbox.csat.page import ratings_of
from livingroom.inbox.form.words import WORDS as FORM_WORDS
from livingroom.inbox.knowledge.finding import from_snippets
from livingroom.inbox.knowledge.models import Snippet
from livingroom.inbox.knowledge.words import WORDS as ANSWERS_WORDS
from livingroom.inbox.moderation.page import reportable
from livingroom.inbox.parts import add_part
from livingroom.inbox.rules.tasks import hear_words as rules_hear_words
from livingroom.inbox.signals import conversations_changed, words_came
from livingroom.shared.street import add_room


def wire() -> None:
    """Called once, when the house starts."""
    words_came.connect(hear_words)
    words_came.connect(rules_hear_words)
    conversations_changed.connect(hear_changes)
    answer_sent.connect(hear_answer)
    add_source(from_snippets)
    add_part("head", "inbox/company/_head.html", head_of, position=20)
    add_part("composer", "inbox/answering/_pending.html", on_the_way, position=10)
    add_part("composer", "inbox/answering/_composer.html", composer_of, position=20)
    add_part("composer", "inbox/company/_note.html", note_of, position=30)
    add_part("side", "inbox/company/_reminders.html", reminders_of, position=20)
    add_part("side", "inbox/csat/_side.html", ratings_of, position=60)
    add_part("side", "inbox/moderation/_report.html", reportable, position=90)
    answers = {language: words["title"] for language, words in ANSWERS_WORDS.items()}
    add_room("answers_for_all", answers, position=30, rows=Snippet.objects.published)
    add_room("contact", {language: words["title"] for language, words in FORM_WORDS.items()}, position=90)
