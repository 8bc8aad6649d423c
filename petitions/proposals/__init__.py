"""Proposing departments, kind, urgency and tone; learning from the past; dispatching sure cases automatically."""
