"""What every verb is made of: refusals, the checks of what was typed, the database's clock."""
