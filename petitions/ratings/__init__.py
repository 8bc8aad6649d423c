"""Judging an answer: the rating and its link, what time does to it, and what a low one brings about."""
