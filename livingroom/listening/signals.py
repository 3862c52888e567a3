"""What this room tells the rooms above, which it does not know."""

from django.dispatch import Signal

# mentions (a list, each understood by now) and now. Sent inside the transaction that noted what was understood.
# A mention comes again when it was edited at its source, or a person corrected what we believed.
mentions_understood = Signal()
