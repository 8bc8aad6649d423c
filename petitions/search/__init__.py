"""Finding petitions: by words, and by what is like them."""
