"""What goes out when: moving it, slots, what comes again, and the calendar as a file, in and out."""
