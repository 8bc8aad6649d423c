"""Where: the city, its districts and parks, and who dispatches for each."""
