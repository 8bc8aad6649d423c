"""Occasions: who puts them up, what is asked of their times, and what the database refuses besides."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from enterprises.models import Occasion
from enterprises.occasions import change_occasion, create_occasion
from tests.cast import HOUR, Stage
from tests.occasions import close, details, occasion

ALL_YEAR, NEEDED, LATER = "企业之家常年开放，不填时间。", "请填写这一项。", "结束时间要在开始时间之后。"


def test_a_dispatcher_puts_up_an_event_with_a_key_of_its_own(stage: Stage) -> None:
    first, second = occasion(stage), occasion(stage, "home", name="企业之家 ", host=" 管委会 ")
    assert (first.kind, first.created_by, first.created_at, first.is_open) == ("event", stage.cast.sun, stage.now, True)
    assert (second.name, second.host, second.starts_at) == ("企业之家", "管委会", None)
    assert first.key != second.key
    assert len(first.key) == 12
    assert str(first) == "企业咖啡时 · 制造业配套专场"


def test_homes_stand_first_then_the_newest(stage: Stage) -> None:
    old, home = occasion(stage, name="旧"), occasion(stage, "home", name="家")
    stage.tick()
    new = occasion(stage, "visit", name="新")
    assert list(Occasion.objects.all()) == [home, new, old]


@pytest.mark.parametrize("name", ["lin", "qian", "zhou", "chen", "wei", "sysadmin"])
def test_nobody_else_writes_one(name: str, stage: Stage) -> None:
    by = getattr(stage.cast, name)
    with pytest.raises(PermissionDenied):
        create_occasion(kind="event", details=details(stage), by=by, now=stage.now)
    made = occasion(stage)
    with pytest.raises(PermissionDenied):
        change_occasion(occasion=made, details=details(stage, is_open=False), by=by)
    assert Occasion.objects.get().is_open


def test_a_districts_dispatcher_writes_those_of_the_branch(stage: Stage) -> None:
    cast = stage.cast
    with pytest.raises(ValidationError) as refusal:
        create_occasion(kind="event", details=details(stage), by=cast.tang, now=stage.now)
    assert refusal.value.message_dict == {"region": ["请选择本派单台范围内的区域。"]}
    own = details(stage, region=cast.district)
    made = create_occasion(kind="event", details=own, by=cast.tang, now=stage.now)
    with pytest.raises(ValidationError):
        change_occasion(occasion=made, details=details(stage), by=cast.tang)
    assert Occasion.objects.get() == made
    assert change_occasion(occasion=made, details=details(stage), by=cast.sun).region == cast.city
    with pytest.raises(PermissionDenied):
        change_occasion(occasion=made, details=own, by=cast.tang)


@pytest.mark.parametrize(
    ("kind", "changes", "problems"),
    [
        ("home", {"starts_at": True}, {"starts_at": [ALL_YEAR]}),
        ("event", {"starts_at": None}, {"starts_at": [NEEDED]}),
        ("visit", {"starts_at": None, "ends_at": None}, {"starts_at": [NEEDED], "ends_at": [NEEDED]}),
        ("event", {"ends_at": -HOUR}, {"ends_at": [LATER]}),
        ("event", {"ends_at": HOUR * 0}, {"ends_at": [LATER]}),
    ],
)
def test_times_fit_the_kind(kind: str, changes: dict[str, Any], problems: dict[str, Any], stage: Stage) -> None:
    starts = stage.now
    values = {name: starts if value is True else value for name, value in changes.items()}
    if kind == "event" and "ends_at" in changes:
        values = {"starts_at": starts, "ends_at": starts + changes["ends_at"]}
    with pytest.raises(ValidationError) as refusal:
        occasion(stage, kind, **values)
    assert refusal.value.message_dict == problems


@pytest.mark.parametrize("changes", [{"name": ""}, {"name": "名" * 61}, {"place": " "}, {"region": None}])
def test_what_is_missing_or_too_long_is_said_by_field(changes: dict[str, Any], stage: Stage) -> None:
    with pytest.raises(ValidationError) as refusal:
        occasion(stage, **changes)
    assert set(refusal.value.message_dict) == set(changes)


def test_a_kind_that_there_is_not(stage: Stage) -> None:
    with pytest.raises(ValidationError) as refusal:
        occasion(stage, "party")
    assert set(refusal.value.message_dict) == {"kind"}


def test_it_is_changed_closed_and_opened_again_under_the_same_key(stage: Stage) -> None:
    made = occasion(stage)
    closed = close(stage, made)
    assert (closed.is_open, closed.key) == (False, made.key)
    again = change_occasion(occasion=made, details=details(stage, name="改名"), by=stage.cast.sun)
    assert (again.is_open, again.name, again.key, again.created_at) == (True, "改名", made.key, made.created_at)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("occasion_time_paired", {"starts_at": None}),
        ("occasion_time_paired", {"kind": "home"}),
        ("occasion_kind_known", {"kind": "party"}),
    ],
)
def test_the_database_refuses(name: str, change: dict[str, Any], stage: Stage) -> None:
    occasion(stage)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Occasion.objects.update(**change)
    cause: Any = refusal.value.__cause__
    assert cause.diag.constraint_name == name


def test_a_key_is_one_occasions(stage: Stage) -> None:
    first, second = occasion(stage), occasion(stage)
    with pytest.raises(IntegrityError), transaction.atomic():
        Occasion.objects.filter(pk=second.pk).update(key=first.key)
