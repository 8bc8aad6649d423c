"""A person at the keyboard as a process: files, dispatches, checks in, answers and rates, through the verbs.

Petitions are filed hours or weeks ago, so that many levels of their limits are due at once; what departments do, they
do now, while the sweeps run. With each comes a pledge of the room that exists in tests only (tests/pledges). Filing
and dispatching commit together, because a sweep between them would find a limit that the dispatch then ends in the
past. A verb is written to a journal before it is tried and after it is known to be
done; when the database vanished in the middle, the driver looks what is in it before it tries again.

The journal has lines `asked|done petition verb`, and `done petition walk` at a petition's end. The driver goes on as
far as the number in the file `allowed`.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection, transaction

from accounts.models import User
from departments.models import Category, Department
from enterprises.models import Enterprise
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import Assignment, Petition, Rating, State
from petitions.ratings.rating import Judgement, rate_petition
from petitions.reporting import Report, report_petition
from petitions.resolution import Answer, resolve_petition
from regions.models import Region
from tests.pledges.models import Pledge, PledgeClock
from tests.pledges.verbs import keep_pledge, make_pledge
from verbs import database

SOURCE = "driver"
OLDEST = timedelta(days=40)
CHECKED_IN, RESOLVED, RATED = 0.6, 0.3, 0.7
KEPT = 0.5
LOOK_AGAIN_SECONDS = 0.2


class Driver:
    def __init__(self, folder: Path) -> None:
        self.folder, self.seed = folder, os.environ["FAULTS_SEED"]
        self.journal = (folder / "journal").open("a", buffering=1)
        self.people = {user.username: user for user in User.objects.all()}
        self.units = {unit.code: unit for unit in Department.objects.all()}
        self.enterprise = Enterprise.objects.get(liaisons__user=self.people["lin"])
        self.category = Category.objects.get(code="funds.arrears")
        self.city = Region.objects.get(code="lanchuan")

    def do(self, number: int, verb: str, act: Callable[[], object], is_done: Callable[[], bool]) -> None:
        """Use a verb until it is known to be done."""
        self.journal.write(f"asked {number} {verb}\n")
        is_uncertain = False
        while True:
            try:
                if not (is_uncertain and is_done()):
                    act()
                break
            except (OperationalError, InterfaceError):
                is_uncertain = True
                connection.close()
                time.sleep(LOOK_AGAIN_SECONDS)
        self.journal.write(f"done {number} {verb}\n")

    def walk(self, number: int) -> None:
        """Bring one petition as far as its number and the seed say."""
        chance = random.Random(f"{self.seed}/{number}")
        age = timedelta(hours=3) + chance.random() * OLDEST
        in_branch, with_support = chance.random() < 0.3, chance.random() < 0.3
        self.do(number, "pledge", lambda: self.pledge(number, age), lambda: self.has_pledged(number))
        if chance.random() < KEPT:
            self.do(number, "keep", lambda: self.keep(number), lambda: self.has_kept(number))
        self.do(number, "file", lambda: self.file(number, age, in_branch, with_support), lambda: self.exists(number))
        if chance.random() < CHECKED_IN:
            handler = self.people["shen" if in_branch else "zhou"]
            self.do(number, "check_in", lambda: self.check_in(number, handler), lambda: self.is_checked_in(number))
            if chance.random() < RESOLVED and not with_support:
                self.do(number, "resolve", lambda: self.resolve(number, handler), lambda: self.is_resolved(number))
                if chance.random() < RATED:
                    level = chance.randint(1, 5)  # what is low is put right in a cycle of its own
                    self.do(number, "rate", lambda: self.rate(number, level), lambda: self.is_rated(number))

    def file(self, number: int, age: timedelta, in_branch: bool, with_support: bool) -> None:
        report = Report(
            title=f"整车厂拖欠货款，第{number}笔",
            body="我公司去年供货的货款至今未付，多次催要没有结果，请帮助协调。",
            kind="help",
            region=self.city,
            category=self.category,
            enterprise=self.enterprise,
            contact_name="林晓",
            source=SOURCE,
            source_id=str(number),
        )
        lead = self.units["linjiang-jingxin" if in_branch else "jingxin"]
        placement = Placement(lead=lead, supports=[self.units["shuiwu"]] if with_support else [])
        with transaction.atomic():
            now = database.now() - age
            petition = report_petition(report=report, by=self.people["lin"], now=now)
            later = now + timedelta(hours=1)
            dispatch_petition(petition=petition, by=self.people["sun"], placement=placement, now=later)

    def pledge(self, number: int, age: timedelta) -> None:
        is_large, now = number % 3 == 0, database.now() - age
        by, unit = self.people["zhou"], self.units["jingxin"]
        make_pledge(text=str(number), department=unit, by=by, now=now, is_large=is_large)

    def has_pledged(self, number: int) -> bool:
        return Pledge.objects.filter(text=str(number)).exists()

    def keep(self, number: int) -> None:
        keep_pledge(pledge=Pledge.objects.get(text=str(number)), by=self.people["zhou"], now=database.now())

    def has_kept(self, number: int) -> bool:
        return not PledgeClock.objects.running().filter(pledge__text=str(number)).exists()

    def check_in(self, number: int, handler: User) -> None:
        check_in_department(petition=self.petition(number), by=handler, now=database.now())

    def resolve(self, number: int, handler: User) -> None:
        answer = Answer(outcome="solved", public_answer="已协调付款，货款将于本月底前付清。")
        resolve_petition(petition=self.petition(number), by=handler, answer=answer, now=database.now())

    def rate(self, number: int, level: int) -> None:
        petition = self.petition(number)
        (part,) = petition.assignments.all()
        said = Judgement(level=level, is_solved="yes" if level > 3 else "no", text="货款仍未到账")
        rate_petition(petition=petition, by=self.people["lin"], judgements={part.pk: said}, now=database.now())

    def petition(self, number: int) -> Petition:
        return Petition.objects.get(source=SOURCE, source_id=str(number))

    def exists(self, number: int) -> bool:
        return Petition.objects.filter(source=SOURCE, source_id=str(number)).exists()

    def is_checked_in(self, number: int) -> bool:
        checked_in = Assignment.objects.filter(part="lead", checked_in_at__isnull=False)
        return checked_in.filter(petition__source=SOURCE, petition__source_id=str(number)).exists()

    def is_resolved(self, number: int) -> bool:
        return self.petition(number).state == State.RESOLVED

    def is_rated(self, number: int) -> bool:
        return Rating.objects.filter(assignment__petition=self.petition(number)).exists()

    def allowed(self) -> int:
        """Up to which number the test lets it go."""
        path = self.folder / "allowed"
        return int(path.read_text() or 0) if path.exists() else 0


def main() -> None:
    """Walk petition after petition, until killed."""
    driver, number = Driver(Path(os.environ["FAULTS"])), 0
    while True:
        if number < driver.allowed():
            driver.walk(number)
            driver.journal.write(f"done {number} walk\n")
            number += 1
        else:
            time.sleep(LOOK_AGAIN_SECONDS)


if __name__ == "__main__":
    main()
