"""What happens to ideas, for those who want to hear of it. Sent inside the transaction that writes it."""

from django.dispatch import Signal

# idea, now: it stands in the lists from now on.
idea_published = Signal()
# idea, answer, now: our official word, by duty.
idea_answered = Signal()
# merge, now: an IdeaMerge, by merging.
ideas_merged = Signal()
ideas_unmerged = Signal()
# idea, reason, now: taken away by us, or by its author; and given back.
idea_removed = Signal()
idea_withdrawn = Signal()
idea_returned = Signal()
# idea, now: it has its board's line of verified votes, for the first time.
idea_crossed_line = Signal()

# vote, now; a vote that changed sides comes again.
vote_cast = Signal()
# idea, member, now: the idea is the one it counted for.
vote_withdrawn = Signal()
# idea, member, now: follows it from now on, or no more.
follow_changed = Signal()

# comment, now: others see it from now on.
comment_made = Signal()
# comment, reason, now.
comment_hidden = Signal()

# idea or comment, now: a person of ours must look at it.
held = Signal()
