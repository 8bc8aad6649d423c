"""Finding petitions by words, and finding petitions that are similar to a text."""
