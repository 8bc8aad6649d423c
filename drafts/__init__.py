"""Drafts (草稿): what somebody has typed into a form and not sent yet."""
