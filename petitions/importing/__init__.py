"""Bring letters that were answered elsewhere into the system, by replaying their history through the verbs.

reading     a file's rows, whatever its encoding
directory   which of our departments, regions and enterprises a name in a letter means
letters     one letter in our words, and why a row is none
formats     from a row to a letter: a city's mailbox, a competition's data, an office's own table (office_table)
runs        replay every letter once, and count
rejects     the file of what was not imported
progress    how far a run is, and how it is stopped

Described for offices in docs/importing.md. Left out: attachments, supporting departments, ratings.
"""
