"""Bluesky's public stream as JSON over a WebSocket (github.com/bluesky-social/jetstream): all posts of the network, of which
we keep what a topic asks for."""
