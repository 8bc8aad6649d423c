"""What is read from scores: league, cards, overview, heat map, equity, report, appeals."""
