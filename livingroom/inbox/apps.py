from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "livingroom.inbox"
    label = "inbox"

    def ready(self) -> None:
        from livingroom.inbox.opening import open_for_mentions
        from livingroom.listening.signals import mentions_understood

        mentions_understood.connect(open_for_mentions)

        from django.db.models.signals import post_migrate

        from livingroom.branches import answering
        from livingroom.inbox import telling_below
        from livingroom.inbox.joining.identities import add_movers
        from livingroom.inbox.search.index import mend_after_migrating
        from livingroom.listening import answers

        add_movers()
        answering.add_source(telling_below.answering_of)
        answers.add_source(telling_below.answers_to)
        post_migrate.connect(mend_after_migrating, sender=self)

        from livingroom.inbox.answering.signals import answer_sent
        from livingroom.inbox.promises import hearing as clocks
        from livingroom.inbox.reports import hearing as days
        from livingroom.inbox.signals import conversations_changed, words_came

        for hearing in (clocks, days):
            words_came.connect(hearing.on_words)
            conversations_changed.connect(hearing.on_changes)
            answer_sent.connect(hearing.on_answer)

        from livingroom.inbox.wiring import wire

        wire()

        from livingroom.inbox.persons.wiring import take_part

        take_part()
