"""Who answers: the tree, its people and their absences, what each answers for, the working calendar."""
