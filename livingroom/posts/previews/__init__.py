"""A placement drawn as its network would show it: our own drawing, from what the connector rendered."""
