"""What we believe of what was said, people's word on it, and what is learnt of that."""
