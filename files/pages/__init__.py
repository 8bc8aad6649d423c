"""Uploading, the field of a form that takes files, and what a form sent with it."""
