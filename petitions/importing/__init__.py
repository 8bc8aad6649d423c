"""Bring letters that were answered elsewhere into the system, by replaying their history through the verbs.

reading     reads a file's rows: a table as an office has it, or JSON Lines
directory   finds which of our departments, regions and enterprises a name in a letter means
letters     what this system knows of one letter, and the reasons for rejecting a row
formats     makes a letter of a row: of a city's mailbox, a competition's data, an office's own table (office_table)
known       tells a letter that is there already from another one with its number
runs        replays every letter once, and counts what became of the rows
rejects     writes the file of the rows that were not imported
progress    shows how far a run is, and stops it on a signal

Described for offices in docs/importing.md. Left out: attachments, supporting departments, ratings.
"""
