"""What this room tells the rooms above, which it does not know."""

from django.dispatch import Signal

# connection, staff, subject (such as "branch 12", or empty) and now. Whoever the subject belongs to takes the account,
# or raises CannotBeUsed, and then nothing is kept.
account_connected = Signal()
