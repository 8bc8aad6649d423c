"""Reads office files, workbooks and tables, into rows of text, whatever is wrong with their bytes."""
