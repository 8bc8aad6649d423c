"""A room that exists in tests only: a department pledges something by a date, and everything shared serves it."""
