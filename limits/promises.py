"""Which promises have limits, in which tables their clocks stand, and what a level of the ladder may set off.

Each room registers its promises and effects in AppConfig.ready. A promise is a short name for what has to be done by
some date; rules and ladders refer to it. All its clocks stand in one table of the room, made from the abstract clock
(limits/models/clock.py). The sweep, the explanation and the recomputing find that table here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import User
from verbs.faults import FAULTS

# Kinds of the events that clocks cause. A subject that has clocks registers both among its kinds (record/subjects.py).
ESCALATE, RECOMPUTE = "escalate", "recompute"


class UnknownPromise(LookupError):
    """Nobody registered a promise of this name."""


@dataclass(frozen=True)
class Axis:
    """A property by which the rules of one promise differ, such as urgency.

    Of a promise's axes, one that is registered earlier outweighs all later ones. All rooms share the names: two rooms
    that use the same name have to register equal axes.
    """

    name: str
    label: Any
    choices: Sequence[tuple[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ClockTable:
    """A room's table of clocks.

    model         the model, made from limits.models.Clock
    path          the lookup from a clock to its subject, such as "order__petition"; a sweep locks both rows
    subject_type  the subject's type in the record (record/subjects.py); its model has get_absolute_url
    readable      takes a user and returns the clocks whose explanation the user may see
    cycle, state  SQL over `clock` and `subject`: the cycle and the state of the subject, for the event of a level
    recomputed    takes a subject, what moved and the moment, and records in the room's way that due times were moved;
                  None: an event without cycle and state is written
    """

    model: type[Any]
    path: str
    subject_type: str
    readable: Callable[[User], models.QuerySet[Any]]
    cycle: str = "NULL::smallint"
    state: str = "NULL::varchar"
    recomputed: Callable[[Any, Mapping[str, Any], datetime], object] | None = None

    @property
    def join(self) -> str:
        """Return the SQL joins that lead from `clock` to `subject`."""
        model, alias, joins = self.model, "clock", []
        steps = self.path.split("__")
        for place, name in enumerate(steps, start=1):
            column, model = model._meta.get_field(name).column, model._meta.get_field(name).related_model
            into = "subject" if place == len(steps) else f"step_{place}"
            joins.append(f"JOIN {model._meta.db_table} {into} ON {into}.id = {alias}.{column}")
            alias = into
        return " ".join(joins)


@dataclass(frozen=True)
class _Promise:
    label: Any
    axes: Sequence[Axis]
    table: ClockTable


@dataclass(frozen=True)
class Effect:
    """What a level sets off besides its card, such as a supervision order.

    act       takes the keys of new escalations and the moment, inside the sweep's transaction, and returns how often
              the effect came about
    promises  those whose levels may name the effect
    """

    label: Any
    act: Callable[[Sequence[int], datetime], int]
    promises: frozenset[str]


_promises: dict[str, _Promise] = {}
_effects: dict[str, Effect] = {}


def register_promises(labels: Mapping[str, Any], *, table: ClockTable, axes: Sequence[Axis] = ()) -> None:
    """Register promises whose clocks stand in the table.

    labels  the promises by name (at most 20 characters), with their labels
    axes    those of the promises' rules, the weightiest first
    Raises  ValueError for an axis whose name is registered with another meaning: administrators choose axes by name
    """
    known = every_axis()
    for axis in axes:
        if known.get(axis.name, axis) != axis:
            raise ValueError(f"the axis {axis.name} is somebody else's")
    for name, label in labels.items():
        _promises[name] = _Promise(label, axes, table)


def register_effect(name: str, effect: Effect) -> None:
    """Register an effect under the name by which levels of the ladder refer to it."""
    _effects[name] = effect


def tables() -> list[ClockTable]:
    """Return every table of clocks, in the order of the database tables' names."""
    found = {promise.table.model._meta.db_table: promise.table for promise in _promises.values()}
    return [found[name] for name in sorted(found)]


def in_turn(
    some: Iterable[ClockTable], act: Callable[[ClockTable], int]
) -> tuple[dict[ClockTable, int], list[Exception]]:
    """Call `act` with each table. A fault (verbs/faults.py) in one room's table does not stop the others.

    Returns what `act` returned for each table, and the faults of the tables that failed
    """
    done: dict[ClockTable, int] = {}
    faults: list[Exception] = []
    for table in some:
        try:
            done[table] = act(table)
        except FAULTS as fault:
            faults.append(fault)
    return done, faults


def table_of(promise: str) -> ClockTable:
    """Return the table that has the promise's clocks. Raises UnknownPromise."""
    return _known(promise).table


def axes_of(promise: str) -> Sequence[Axis]:
    """Return the axes that rules of the promise may name, the weightiest first. Raises UnknownPromise."""
    return _known(promise).axes


def every_axis() -> dict[str, Axis]:
    """Return the axes of all promises by name."""
    return {axis.name: axis for promise in _promises.values() for axis in promise.axes}


def promises_of(table: ClockTable) -> list[str]:
    """Return the names of the promises whose clocks stand in the table."""
    return [name for name, promise in _promises.items() if promise.table is table]


def promise_choices() -> list[tuple[str, Any]]:
    """Return every promise with its label."""
    return [(name, promise.label) for name, promise in _promises.items()]


def effects_of(table: ClockTable) -> dict[str, Effect]:
    """Return what levels of the table's promises may set off, by name."""
    own = set(promises_of(table))
    return {name: effect for name, effect in _effects.items() if effect.promises & own}


def effect_suits(name: str, promise: str) -> bool:
    """Return whether a level of the promise may have the effect of this name."""
    return name in _effects and promise in _effects[name].promises


def effect_choices() -> list[tuple[str, Any]]:
    """Return every effect with its label."""
    return [(name, effect.label) for name, effect in _effects.items()]


def _known(promise: str) -> _Promise:
    try:
        return _promises[promise]
    except KeyError as problem:
        raise UnknownPromise(promise) from problem
