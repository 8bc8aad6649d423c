"""What leaders read: league, cards, overview, heat map, equity, report."""
