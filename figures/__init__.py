"""What leaders read: league, cards, overview, heat map, equity, report. Reads all rooms, is imported by none."""
