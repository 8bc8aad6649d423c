"""A department's own order of work: the worklist, who does what, kept filters, reply templates, many at once."""
