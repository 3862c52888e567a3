"""What this room tells the rooms above, which it does not know."""

from django.dispatch import Signal

# connection, staff, subject (such as "branch 12", or empty) and now. Whoever the subject belongs to takes the account,
# or raises CannotBeUsed, and then nothing is kept.
account_connected = Signal()

# connection, events (of any kind, private ones too) and now: something was read or sent to us. Sent inside the
# transaction that keeps the reader's place; it may come twice.
events_heard = Signal()
