"""Bringing in a year's days: files are read, what would change is shown, and then all of it is stored or nothing."""
