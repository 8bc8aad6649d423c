"""The life of a petition, from filing to rating, and who is told of it."""
