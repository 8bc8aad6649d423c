"""What a department's month is: facts, the formula, scorecards, freezing, appeals, awards. Knows no petitions."""
