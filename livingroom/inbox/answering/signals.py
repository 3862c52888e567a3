"""What answering tells the other parts of the inbox."""

from django.dispatch import Signal

# conversation, message and now: an answer is out. Sent inside the transaction that notes it.
answer_sent = Signal()
