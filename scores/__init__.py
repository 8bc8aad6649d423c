"""A department's month: facts, the formula, scorecards, freezing, appeals, awards."""
