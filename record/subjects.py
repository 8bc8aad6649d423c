"""Which models have events, and of which kinds: the room that owns a model registers it in AppConfig.ready."""

from django.db import models


class UnknownSubject(LookupError):
    """No room registered this model or subject type."""


_types: dict[type[models.Model], str] = {}
_kinds: dict[str, type[models.TextChoices]] = {}


def register_subject(model: type[models.Model], subject_type: str, kinds: type[models.TextChoices]) -> None:
    """Register a model whose rows have events.

    subject_type  the short name of the model in Event.subject_type, at most 20 characters
    kinds         the kinds of the model's events, with their labels
    str() of a row must be a name that betrays nothing: administrators read it in the outbox, and messages carry it out.
    """
    _types[model] = subject_type
    _kinds[subject_type] = kinds


def type_of(model: type[models.Model]) -> str:
    """Return the subject type under which the model is registered. Raises UnknownSubject."""
    try:
        return _types[model]
    except KeyError as problem:
        raise UnknownSubject(model.__name__) from problem


def model_of(subject_type: str) -> type[models.Model]:
    """Return the model that is registered under this subject type. Raises UnknownSubject."""
    for model, known in _types.items():
        if known == subject_type:
            return model
    raise UnknownSubject(subject_type)


def kinds_of(subject_type: str) -> list[str]:
    """Return the kinds of events that subjects of this type have. Raises UnknownSubject."""
    if subject_type not in _kinds:
        raise UnknownSubject(subject_type)
    return _kinds[subject_type].values


def label_of(subject_type: str, kind: str) -> str:
    """Return the kind of event in words. Raises UnknownSubject, and ValueError for a kind that the type lacks."""
    kinds_of(subject_type)
    return str(_kinds[subject_type](kind).label)
