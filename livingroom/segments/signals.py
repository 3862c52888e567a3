"""What rooms above hear of segments."""

from django.dispatch import Signal

# version: the SegmentVersion that holds from now on. What was not sent yet may follow it; what was sent keeps its own.
version_made = Signal()
