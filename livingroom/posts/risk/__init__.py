"""What a post costs and risks before it is sent, and what each branch keeps to: its balance and its names of links."""
