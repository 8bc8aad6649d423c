"""Load the fictional city of Lanchuan: tables from the csv files here, petitions by walking the verbs (walk.py).

Safe to repeat: rows are found by their key and left as they are, so that a second load changes nothing and keeps
what people changed since. Sources of every file: seeds/README.md.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from accounts.models import User
from departments.catalogue import import_catalogue
from departments.models import (
    Category,
    CategoryLead,
    Department,
    Level,
    Membership,
    Responsibility,
)
from enterprises.models import Assistant, Enterprise, Liaison
from petitions.proposals.learning import refresh_routing_model
from petitions.ratings.window import lock_due_ratings
from regions.models import DeskMember, Region
from seeds.closing import call_sample, confirm_awards, freeze_past
from seeds.occasions import by_petition, close_past, put_up
from seeds.walk import walk_petitions

FOLDER = Path(__file__).parent


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a csv file of this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(*, now: datetime) -> dict[str, int]:
    """Load everything that is not there yet.

    now     the moment of the load, from which petitions are dated backwards
    Returns how many rows each step added
    """
    with transaction.atomic():
        added = {
            "regions": load_regions(),
            "departments": load_departments(),
            "categories": load_categories(),
            "responsibilities": load_responsibilities(),
            "enterprises": load_enterprises(),
            "people": load_people(),
            "desks": load_desks(),
        }
    occasions = put_up(rows("occasions.csv"), now=now)
    added["occasions"] = len(occasions)
    of_petitions = by_petition(occasions)
    petitions = [*rows("petitions.csv"), *rows("past_petitions.csv")]
    added["petitions"] = walk_petitions(petitions, rows("limits.csv"), of_petitions, now=now)
    close_past(occasions, now=now)
    lock_due_ratings(now=now)  # this writes the facts that the sample is drawn from
    added["survey calls"] = call_sample(rows("calls.csv"), now=now)
    added["frozen months"] = freeze_past(now=now)
    added["awards"] = confirm_awards(now=now)
    added["routing models"] = int(refresh_routing_model(now=now) is not None)
    return added


def _known(model: type[models.Model], key: str) -> dict[str, Any]:
    return {getattr(row, key): row for row in model._default_manager.all()}


def load_regions() -> int:
    known = _known(Region, "code")
    before = len(known)
    for row in rows("regions.csv"):
        if row["code"] not in known:
            known[row["code"]] = Region.objects.create(
                code=row["code"],
                name=row["name"],
                name_en=row["name_en"],
                kind=row["kind"],
                parent=known.get(row["parent"]),
            )
    return len(known) - before


def load_departments() -> int:
    regions = _known(Region, "code")
    known = _known(Department, "code")
    before = len(known)
    for row in rows("departments.csv"):
        if row["code"] not in known:
            known[row["code"]] = Department.objects.create(
                code=row["code"],
                short_name=row["short_name"],
                name=row["name"],
                name_en=row["name_en"],
                level=row["level"],
                region=regions[row["region"]],
                parent=known.get(row["parent"]),
                is_fallback=row["is_fallback"] == "1",
                aliases=[alias for alias in row["aliases"].split(";") if alias],
                responsibilities=row["responsibilities"],
                phone=row["phone"],
            )
    return len(known) - before


def load_categories() -> int:
    city = {unit.short_name: unit for unit in Department.objects.filter(level=Level.CITY)}
    known = _known(Category, "code")
    before = len(known)
    for row in rows("categories.csv"):
        if row["code"] in known:
            continue
        category = Category.objects.create(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            parent=known.get(row["parent"]),
            service_level=row["service_level"],
            basis=row["basis"],
        )
        known[row["code"]] = category
        for level, short_name in ((Level.CITY, row["lead_city"]), (Level.DISTRICT, row["lead_district"])):
            if short_name:
                CategoryLead.objects.create(category=category, level=level, department=city[short_name])
    return len(known) - before


def load_responsibilities() -> int:
    """Load the catalogue if its table is empty. Once loaded, the catalogue is left to the administrator."""
    if Responsibility.objects.exists():
        return 0
    path = FOLDER / "responsibilities.csv"
    return import_catalogue(path.read_bytes(), path.name).added


def load_enterprises() -> int:
    regions = _known(Region, "code")
    known = _known(Enterprise, "credit_code")
    new = [row for row in rows("enterprises.csv") if row["credit_code"] not in known]
    for row in new:
        Enterprise.objects.create(
            **{key: value for key, value in row.items() if key not in ("region", "founded_date")},
            founded_date=date.fromisoformat(row["founded_date"]),
            region=regions[row["region"]],
        )
    return len(new)


def load_people() -> int:
    password = make_password(settings.DEMO_PASSWORD)
    departments = _known(Department, "code")
    enterprises = _known(Enterprise, "credit_code")
    known = set(User.objects.values_list("username", flat=True))
    new = [row for row in rows("people.csv") if row["username"] not in known]
    for row in new:
        roles = row["roles"].split(";")
        user = User.objects.create(
            username=row["username"],
            display_name=row["display_name"],
            phone=row["phone"],
            roles=roles,
            password=password,
            is_staff=not {"sysadmin", "secadmin"}.isdisjoint(roles),
        )
        if row["department"]:
            Membership.objects.create(user=user, department=departments[row["department"]])
        served = [enterprises[code] for code in row["enterprises"].split(";") if code]
        if "liaison" in roles:
            Liaison.objects.bulk_create(Liaison(user=user, enterprise=enterprise) for enterprise in served)
        if "assistant" in roles:
            Assistant.objects.create(user=user).enterprises.set(served)
    return len(new)


def load_desks() -> int:
    known = set(DeskMember.objects.values_list("user__username", "region__code"))
    new = [row for row in rows("desks.csv") if (row["username"], row["region"]) not in known]
    for row in new:
        user, region = User.objects.get(username=row["username"]), Region.objects.get(code=row["region"])
        DeskMember.objects.create(user=user, region=region)
    return len(new)
