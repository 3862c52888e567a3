"""When more, or less, is said than usual: alarms with what they are about, and the timer until somebody answered."""
