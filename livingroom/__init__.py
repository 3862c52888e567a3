"""A self-hosted social-commerce headquarters."""

__version__ = "0.1.0"
