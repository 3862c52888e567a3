"""Words that are kept to be said again: templates, signatures, hashtag sets, snippets."""
