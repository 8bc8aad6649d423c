"""The occasions of occasions.csv. They are put up before the petitions are walked; past ones are closed afterwards."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from accounts.models import User
from enterprises.models import Occasion
from enterprises.occasions import Details, change_occasion, create_occasion
from regions.models import Region
from seeds.moments import day_of

Row = Mapping[str, str]


def put_up(rows: Iterable[Row], *, now: datetime) -> list[tuple[Row, Occasion]]:
    """Create each occasion that is not there yet, open for petitions; return the new ones, each with its row."""
    dispatcher = User.objects.get(username="dispatcher")
    known = set(Occasion.objects.values_list("kind", "name"))
    new = [row for row in rows if (row["kind"], row["name"]) not in known]
    return [(row, create_occasion(kind=row["kind"], details=_details(row, now), by=dispatcher, now=now)) for row in new]


def by_petition(added: Iterable[tuple[Row, Occasion]]) -> dict[str, Occasion]:
    """Return the occasion of each petition that was taken down at one, by the petition's key in the files."""
    return {key: occasion for row, occasion in added for key in row["petitions"].split(";") if key}


def close_past(added: Iterable[tuple[Row, Occasion]], *, now: datetime) -> None:
    """Close those of the newly added occasions that are closed in the file."""
    dispatcher = User.objects.get(username="dispatcher")
    for row, occasion in added:
        if row["is_open"] == "0":
            change_occasion(occasion=occasion, details=_details(row, now, is_open=False), by=dispatcher)


def _details(row: Row, now: datetime, *, is_open: bool = True) -> Details:
    def moment(name: str) -> datetime | None:
        return day_of(row["days_ago"], time.fromisoformat(row[name]), now) if row["days_ago"] else None

    return Details(
        name=row["name"],
        place=row["place"],
        region=Region.objects.get(code=row["region"]),
        starts_at=moment("from"),
        ends_at=moment("to"),
        host=row["host"],
        is_open=is_open,
    )
