"""What was done, to what, when, by whom: one append-only table of events for every room."""
