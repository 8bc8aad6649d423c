"""What every page is made of: templates, static files, paging, workbooks, fields, a verb's form."""
