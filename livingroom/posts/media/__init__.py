"""Pictures: checked, cleaned, described, found again, and known where they are used."""
