"""One switch stops what would go out; afterwards people choose what is sent all the same."""
