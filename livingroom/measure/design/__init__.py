"""Plan an experiment before it starts: who is left out when, what it can show, and why it would not."""
