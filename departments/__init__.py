"""Who answers: the tree, its people, what each answers for, the working calendar, and how each is scored."""
