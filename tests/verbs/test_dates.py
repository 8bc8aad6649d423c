"""Days, months and moments: read in one form, within bounds, by columns and the database too."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test import Client

from departments.announcing.files import read_calendar
from departments.announcing.statements import WrongCalendar
from enterprises.models import FOUNDED_FIRST, Enterprise, Occasion
from tests.cast import Cast, Stage
from tests.moments import SHANGHAI
from tests.occasions import details, occasion
from ui.fields import DayField, MomentField, MonthField
from verbs.columns import Day, Moment
from verbs.dates import is_known, read_day, read_moment, read_month
from verbs.inputs import Problems

SENTENCE = "请填写1990-01-01至2100-12-31之间的日期。"
DAYS_OUT = ["0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"]
MOMENTS_OUT = [
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00",
    "1989-12-31T23:59:59+08:00",
    "2101-01-01T00:00:00+08:00",
    "2100-12-31T23:59:59-23:59",
    "9999-12-31T23:59:59-23:59",
]
ROOMS = ("accounts", "departments", "enterprises", "limits", "notices", "petitions", "record", "scores", "surveys")


@pytest.mark.parametrize("text", ["1990-01-01", "2026-02-28", "2100-12-31"])
def test_a_day_is_read(text: str) -> None:
    assert read_day(text) == date.fromisoformat(text)
    assert read_month(text[:7]) == date.fromisoformat(text).replace(day=1)


@pytest.mark.parametrize(
    "text", [*DAYS_OUT, "", "2026-13-01", "2026-02-29", "20260225", "2026-W05-1", "２０２６-01-01"]
)
def test_any_other_text_names_no_day(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text)


@pytest.mark.parametrize("text", ["", "0001-01", "1989-12", "2101-01", "9999-12", "2026-13", "2026-1", "2026-01-01"])
def test_any_other_text_names_no_month(text: str) -> None:
    with pytest.raises(ValueError):
        read_month(text)


def test_a_moment_without_an_offset_is_the_citys() -> None:
    noon = datetime(2026, 9, 8, 12, 0, tzinfo=SHANGHAI)
    assert read_moment("2026-09-08T12:00") == read_moment("2026-09-08T04:00Z") == noon
    with pytest.raises(ValueError, match="T12"):
        read_moment("2026-09-08T12:00", needs_offset=True)


@pytest.mark.parametrize("text", [*MOMENTS_OUT, "", "yesterday", "2026-02-30T10:00"])
def test_any_other_text_names_no_moment(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text)


def test_a_moment_is_bounded_by_the_citys_days() -> None:
    first, end = datetime(1990, 1, 1, tzinfo=SHANGHAI), datetime(2101, 1, 1, tzinfo=SHANGHAI)
    assert is_known(first.astimezone(UTC))
    assert is_known(end - timedelta(microseconds=1))
    assert not is_known(end.astimezone(UTC))
    assert not is_known(datetime.min.replace(tzinfo=timezone(timedelta(hours=23, minutes=59))))
    assert not is_known(datetime.max.replace(tzinfo=timezone(-timedelta(hours=23, minutes=59))))


@pytest.mark.parametrize("field", [DayField(), MomentField(), MonthField()])
@pytest.mark.parametrize("text", DAYS_OUT)
def test_form_fields_are_bounded(field: forms.Field, text: str) -> None:
    with pytest.raises(ValidationError):
        field.clean(text[:7] if isinstance(field, MonthField) else text)


def test_verbs_are_bounded() -> None:
    for day in (date.min, date.max, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        problems = Problems()
        problems.day("at", day)
        assert problems.fields == {"at": SENTENCE}


def _bounded_columns() -> list[tuple[type[models.Model], Day | Moment]]:
    return [
        (model, column)
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, Day | Moment)
    ]


def test_what_people_type_is_bounded() -> None:
    """Every date that a form of the administration or a verb fills from a text."""
    typed = {f"{model._meta.model_name}.{column.name}" for model, column in _bounded_columns()}
    assert typed >= {
        "absence.first_date", "absence.last_date", "assignment.appointment_at", "assignment.planned_date",
        "cyclefact.month", "dayexception.date", "enterprise.founded_date", "frozenmonth.month", "hold.review_date",
        "occasion.ends_at", "occasion.starts_at", "petition.reported_at", "samplerule.valid_from",
        "scoreformula.valid_from", "survey.month", "surveyattempt.call_back_at",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_database_bounds_them_too() -> None:
    columns = _bounded_columns()
    assert len(columns) >= 18
    with connection.cursor() as cursor:
        for model, column in columns:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
                [model._meta.db_table],
            )
            checks = [check for (check,) in cursor.fetchall() if column.column in check and "'2101-01-01'" in check]
            assert len(checks) == 1, (model, column.name)


@pytest.mark.parametrize("day", [date.min, date(1849, 12, 31), date(2101, 1, 1), date.max])
def test_an_enterprise_was_founded_within_bounds_of_its_own(day: date, cast: Cast) -> None:
    enterprise = Enterprise.objects.all()[0]
    enterprise.founded_date = day
    with pytest.raises(ValidationError) as refusal:
        enterprise.full_clean()
    assert refusal.value.message_dict == {"founded_date": ["请填写1850-01-01至2100-12-31之间的日期。"]}
    enterprise.founded_date = FOUNDED_FIRST
    enterprise.full_clean()


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), datetime(1989, 12, 31, tzinfo=UTC)]
)
def test_an_occasion_is_within_bounds(moment: datetime, stage: Stage) -> None:
    with pytest.raises(ValidationError) as refusal:
        occasion(stage, starts_at=moment)
    assert refusal.value.message_dict["starts_at"] == [SENTENCE]
    assert not Occasion.objects.exists()


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59", "1989-12-31T23:59", "2101-01-01T00:00"])
def test_an_occasions_page_refuses_it(text: str, stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.sun)
    values = {name: value for name, value in vars(details(stage)).items() if name in ("name", "place", "is_open")}
    typed = values | {"kind": "event", "region": stage.cast.city.pk, "starts_at": text, "ends_at": text}
    answer = client.post("/occasions/create/", typed)
    assert answer.status_code == 422
    assert {"starts_at", "ends_at"} <= set(answer.context["form"].errors)


@pytest.mark.parametrize("month", ["0001-01", "1989-12", "9999-12", "99999-12", "2026-13", "２０２６-０１"])
def test_a_month_in_an_address_is_bounded(month: str, stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.chen)
    assert client.get(f"/surveys/months/{month}/").status_code == 404
    assert client.get(f"/surveys/months/{month}/gap/").status_code == 404
    for page in ("", "overview/", "heat-map/", "equity/", "report/", "awards/"):
        assert client.get(f"/scores/{page}", {"month": month}).status_code == 404
    assert client.get("/api/v1/scores/", {"month": month}).status_code == 400
    assert client.post("/surveys/months/", {"month": month}).status_code == 422


@pytest.mark.parametrize("day", DAYS_OUT)
def test_days_of_verbs_pages_are_bounded(day: str, stage: Stage, client: Client) -> None:
    petition = stage.checked_in()
    client.force_login(stage.cast.wu)
    answer = {"outcome": "planned", "public_answer": "列入明年计划。", "planned_date": day}
    assert client.post(f"/petitions/{petition.number}/resolve/", answer).status_code == 422
    hold = {"reason": "等待上级批复", "review_date": day}
    assert client.post(f"/petitions/{petition.number}/ask-hold/", hold).status_code == 422
    away = {"user": stage.cast.wu.pk, "substitute": stage.cast.zhou.pk, "first_date": day, "last_date": day}
    assert client.post("/absences/", away).status_code == 422
    client.force_login(stage.cast.chen)
    counted = client.get("/petitions/send-backs/counts/", {"begin": day, "end": day})
    assert counted.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "date__year=9999", "date__year=0001", "date__year=99999", "date__year=abc", "date__year=9" + "9" * 5000,
        "date__year=9999&date__month=12&date__day=31", "date__year=2026&date__month=13",
        "date__year=2026&date__month=2&date__day=30",
    ],
)  # fmt: skip
def test_the_administrations_calendar_is_narrowed_within_bounds(query: str, cast: Cast, client: Client) -> None:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client.force_login(cast.sysadmin)
    assert client.get(f"/admin/departments/dayexception/?{query}").status_code == 400
    assert client.get("/admin/departments/dayexception/?date__year=2026&date__month=2").status_code == 200


@pytest.mark.parametrize("day", DAYS_OUT)
@pytest.mark.django_db
def test_calendars_of_files_are_bounded(day: str) -> None:
    with pytest.raises(WrongCalendar):
        read_calendar(f"date,is_working\n{day},1\n".encode(), "days.csv")
    plain = day.replace("-", "")
    for first, last in ((plain, "20261001"), ("20261001", plain)):
        event = f"BEGIN:VEVENT\nDTSTART:{first}\nDTEND:{last}\nSUMMARY:国庆\nEND:VEVENT\n"
        with pytest.raises(WrongCalendar):
            read_calendar(event.encode(), "days.ics")


@pytest.mark.parametrize("day", DAYS_OUT)
def test_the_administrations_dates_are_bounded(day: str, cast: Cast, client: Client) -> None:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client.force_login(cast.sysadmin)
    typed = {"date": day, "is_working": "on", "spans": "", "name": "补班", "source": "通知", "department": ""}
    answer = client.post("/admin/departments/dayexception/add/", typed)
    assert list(answer.context["adminform"].form.errors) == ["date"]
