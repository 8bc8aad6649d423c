"""Departments' scores as pages: the league, one department's card, where it comes from, and what is said of it."""
