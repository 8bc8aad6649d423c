"""Which things have events, and of which kinds: said by the room they belong to, in AppConfig.ready."""

from django.db import models


class UnknownSubject(LookupError):
    """Nobody registered this model or type."""


_types: dict[type[models.Model], str] = {}
_kinds: dict[str, type[models.TextChoices]] = {}


def register_subject(model: type[models.Model], subject_type: str, kinds: type[models.TextChoices]) -> None:
    """Register a model whose rows have events. `subject_type` is what the table calls it, at most 20 characters."""
    _types[model] = subject_type
    _kinds[subject_type] = kinds


def type_of(model: type[models.Model]) -> str:
    """Return what the table calls rows of the model. Raises UnknownSubject."""
    try:
        return _types[model]
    except KeyError as problem:
        raise UnknownSubject(model.__name__) from problem


def kinds_of(subject_type: str) -> list[str]:
    """Return the kinds of the type's events. Raises UnknownSubject."""
    if subject_type not in _kinds:
        raise UnknownSubject(subject_type)
    return _kinds[subject_type].values


def label_of(subject_type: str, kind: str) -> str:
    """Return the kind in words. Raises UnknownSubject, ValueError."""
    kinds_of(subject_type)
    return str(_kinds[subject_type](kind).label)
