"""What the inbox tells its own sub-rooms and the rooms above."""

from django.dispatch import Signal

# messages (that came in, each with its conversation), opened (numbers of the conversations that are new) and now. Sent
# inside the transaction, after the new ones were routed.
words_came = Signal()
# conversations (as they are now), verb, staff (or None), by_rule and now. Sent inside the transaction.
conversations_changed = Signal()
