"""A simulated ideas portal with known truth: who visits, what they see, what they vote for, and who cheats."""
