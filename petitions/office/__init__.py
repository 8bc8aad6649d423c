"""How a department organises its work: the worklist, hand-over, saved filters, reply templates, bulk steps."""
