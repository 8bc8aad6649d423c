"""Who signs in: people, their roles, and the pages of signing in."""
