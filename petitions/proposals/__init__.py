"""Proposing departments, kind, urgency and tone; learning from the past; dispatching by itself where it is sure."""
