"""The rating of an answer: how it is given, also by a link, when it is locked or lapses, and what a low one starts."""
