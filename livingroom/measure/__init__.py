"""The measuring room: what posts, codes and conversations earned, and how sure we are. Plain Python, no Django."""
