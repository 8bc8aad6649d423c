"""What every verb is made of: what it may refuse with, how it checks what was typed, the database's clock."""
