"""The inbox's part in what the house knows of one person: naming, page, export, links, erasure, retention."""
