"""The third-party survey: its sample, its calls, and the gap between its answers and the ratings."""
