"""The fixed cast. Lin files for her enterprise, Zhou handles and Wu heads in the department, Chen supervises,
Mallory must see nothing. `build_cast` writes them; `Stage` walks a petition to a state by the verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File

from accounts.models import User
from departments.models import Category, CategoryLead, Department, Level, Membership
from enterprises.models import Assistant, Enterprise, Liaison
from files.models import StoredFile
from files.storing import store_each
from limits.models import LadderStep, LimitRule
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.following_up import withdraw_petition
from petitions.models import ANSWER_CLOCKS, Assignment, Petition
from petitions.policy import write_defaults
from petitions.ratings.rating import Judgement, rate_petition
from petitions.ratings.window import lapse_petition
from petitions.reporting import Report, report_petition
from petitions.resolution import Answer, answer_support, resolve_petition
from regions.models import DeskMember, Region
from scores.models import ScoreFormula
from scores.policy import write_formula
from surveys.models import SampleRule
from surveys.policy import write_rule
from tests.moments import TUESDAY_10AM
from verbs.refusals import Refusal

LIN_CREDIT_CODE = "91990171747973265C"
OTHER_CREDIT_CODE = "919901021881433010"
HOUR = timedelta(hours=1)


@dataclass
class Cast:
    """Everybody and everything a story needs; `users` by role for table tests."""

    city: Region
    district: Region
    lead: Department
    support: Department
    other_department: Department
    branch: Department
    fallback: Department
    category: Category
    enterprise: Enterprise
    other_enterprise: Enterprise
    lin: User  # liaison of `enterprise`
    mallory: User  # liaison of `other_enterprise`
    qian: User  # assistant who serves `enterprise`
    sun: User  # dispatcher, of the city
    tang: User  # dispatcher, of the district
    zhou: User  # handler of `lead`
    wu: User  # head of `lead`
    zheng: User  # handler of `support`
    feng: User  # handler of `other_department`
    chen: User  # supervisor
    chu: User  # evaluator
    wei: User  # leader
    sysadmin: User
    secadmin: User
    auditor: User
    system: User

    @property
    def users(self) -> dict[str, User]:
        """One person for each role, the one whose relation to Lin's petition is the closest."""
        return {
            "liaison": self.lin,
            "assistant": self.qian,
            "dispatcher": self.sun,
            "handler": self.zhou,
            "head": self.wu,
            "supervisor": self.chen,
            "evaluator": self.chu,
            "leader": self.wei,
            "sysadmin": self.sysadmin,
            "secadmin": self.secadmin,
            "auditor": self.auditor,
            "system": self.system,
        }


def person(username: str, name: str, *roles: str, department: Department | None = None, **more: Any) -> User:
    """Write a user with roles, in a department if given; the password is unusable (tests force the sign-in)."""
    user = User.objects.create(username=username, display_name=name, roles=list(roles), password="!", **more)
    if department:
        Membership.objects.create(user=user, department=department)
    return user


def _people() -> dict[str, User]:
    """Write everybody of the cast, in one statement: thousands of tests ask for them."""
    names = {
        "lin": ("林晓", "liaison"),
        "mallory": ("马洛", "liaison"),
        "qian": ("钱助理", "assistant"),
        "sun": ("孙派单", "dispatcher"),
        "tang": ("唐派单", "dispatcher"),
        "zhou": ("周经办", "handler"),
        "wu": ("吴局长", "head"),
        "zheng": ("郑协办", "handler"),
        "feng": ("冯旁观", "handler"),
        "chen": ("陈督查", "supervisor"),
        "chu": ("褚测评", "evaluator"),
        "wei": ("卫领导", "leader"),
        "sysadmin": ("系统管理员", "sysadmin"),
        "secadmin": ("安全管理员", "secadmin"),
        "auditor": ("审计员", "auditor"),
    }
    users = User.objects.bulk_create(
        User(username=username, display_name=name, roles=[role], password="!")
        for username, (name, role) in names.items()
    )
    return {user.username: user for user in users}


def build_cast() -> Cast:
    # A test that empties the tables takes the migrations' rows with it.
    write_defaults(LimitRule, LadderStep)
    write_formula(ScoreFormula)
    write_rule(SampleRule)
    city = Region.objects.create(code="lanchuan", name="澜川市", name_en="Lanchuan City", kind="city")
    district = Region.objects.create(
        code="linjiang", name="临江区", name_en="Linjiang District", kind="district", parent=city
    )

    def department(code: str, short_name: str, region: Region = city, **more: Any) -> Department:
        level = Level.CITY if region == city else Level.DISTRICT
        name = f"{region.name}{short_name}"
        return Department(code=code, short_name=short_name, name=name, level=level, region=region, **more)

    lead, support, fallback, other_department = Department.objects.bulk_create(
        [
            department("jingxin", "经信局", aliases=["工信局"]),
            department("shuiwu", "税务局"),
            department("linjiang-gov", "临江区政府", district, is_fallback=True),
            department("jiaoyu", "教体局"),
        ]
    )
    branch = department("linjiang-jingxin", "经信局", district, parent=fallback)
    branch.save()
    group = Category.objects.create(code="funds", name="资金与账款", name_en="Funds")
    category = Category.objects.create(
        code="funds.arrears", name="拖欠中小企业账款", name_en="Arrears", parent=group, service_level="ordinary"
    )
    levels = (Level.CITY, Level.DISTRICT)
    CategoryLead.objects.bulk_create(CategoryLead(category=category, level=level, department=lead) for level in levels)

    def enterprise(credit_code: str, name: str, short_name: str) -> Enterprise:
        return Enterprise.objects.create(
            credit_code=credit_code, name=name, short_name=short_name, size="small", ownership="private", region=city
        )

    own, other = (
        enterprise(LIN_CREDIT_CODE, "澜川市青禾机械有限公司", "青禾机械"),
        enterprise(OTHER_CREDIT_CODE, "澜川市远帆物流有限公司", "远帆物流"),
    )
    users = _people()
    cast = Cast(
        city=city,
        district=district,
        lead=lead,
        support=support,
        other_department=other_department,
        branch=branch,
        fallback=fallback,
        category=category,
        enterprise=own,
        other_enterprise=other,
        system=User.objects.system(),
        **users,
    )
    works_in = {"zhou": lead, "wu": lead, "zheng": support, "feng": other_department}
    Membership.objects.bulk_create(Membership(user=users[name], department=unit) for name, unit in works_in.items())
    speak_for = ((cast.lin, own), (cast.mallory, other))
    Liaison.objects.bulk_create(Liaison(user=user, enterprise=enterprise) for user, enterprise in speak_for)
    Assistant.objects.create(user=cast.qian).enterprises.add(own)
    DeskMember.objects.create(user=cast.tang, region=district)
    return cast


class Stage:
    """Brings a petition of Lin's to a state, by the verbs, an hour between two steps."""

    def __init__(self, cast: Cast, start: datetime = TUESDAY_10AM) -> None:
        self.cast = cast
        self.now = start

    def tick(self, step: timedelta = HOUR) -> datetime:
        self.now += step
        return self.now

    def report_form(self, **changes: Any) -> Report:
        values: dict[str, Any] = {
            "title": "整车厂拖欠货款八个月",
            "body": "我公司去年供货的货款至今未付，合计126万元，多次催要没有结果，请帮助协调。",
            "kind": "help",
            "region": self.cast.city,
            "category": self.cast.category,
            "enterprise": self.cast.enterprise,
            "contact_name": "林晓",
            "contact_phone": "13800000001",
        }
        return Report(**(values | changes))

    def reported(self, *, by: User | None = None, files: Sequence[File] = (), **changes: Any) -> Petition:
        by, now = by or self.cast.lin, self.tick()
        report = self.report_form(files=self.uploaded(*files, by=by), **changes)
        return report_petition(report=report, by=by, now=now)

    def uploaded(self, *files: File, by: User | None = None) -> list[StoredFile]:
        """Return the files, uploaded by Lin or somebody else, and not claimed yet. Raises what refused one of them."""
        stored = store_each(files, by=by or self.cast.lin, now=self.now)
        refused = [one for one in stored if isinstance(one, Refusal)]
        for refusal in refused:
            raise refusal
        return [one for one in stored if isinstance(one, StoredFile)]

    def assigned(self, *, with_support: bool = False, **changes: Any) -> Petition:
        placement = Placement(lead=self.cast.lead, supports=[self.cast.support] if with_support else [])
        petition = self.reported(**changes)
        return dispatch_petition(petition=petition, by=self.cast.sun, placement=placement, now=self.tick())

    def checked_in(self, *, with_support: bool = False, **changes: Any) -> Petition:
        petition = self.assigned(with_support=with_support, **changes)
        check_in_department(petition=petition, by=self.cast.zhou, now=self.tick())
        if with_support:
            check_in_department(petition=petition, by=self.cast.zheng, now=self.tick())
        return petition

    def answer(self, *, files: Sequence[File] = (), by: User | None = None, **changes: Any) -> Answer:
        """Return an answer; its files were uploaded by Zhou, or by whoever gives it."""
        values: dict[str, Any] = {"outcome": "solved", "public_answer": "已协调付款，货款将于本月底前付清。"}
        values["files"] = self.uploaded(*files, by=by or self.cast.zhou)
        return Answer(**(values | changes))

    def resolved(self, *, with_support: bool = False, **changes: Any) -> Petition:
        petition = self.checked_in(with_support=with_support, **changes)
        if with_support:
            answer_support(petition=petition, by=self.cast.zheng, answer=self.answer(), now=self.tick())
        return resolve_petition(petition=petition, by=self.cast.zhou, answer=self.answer(), now=self.tick())

    def judgements(self, petition: Petition, **changes: Any) -> dict[int, Judgement]:
        values: dict[str, Any] = {"level": 5, "is_solved": "yes"} | changes
        answered = petition.assignments.live().filter(cycle=petition.cycle, answered_at__isnull=False)
        return {assignment.pk: Judgement(**values) for assignment in answered}

    def rated(self, **changes: Any) -> Petition:
        petition = self.resolved(**changes)
        judgements = self.judgements(petition)
        return rate_petition(petition=petition, by=self.cast.lin, judgements=judgements, now=self.tick())

    def withdrawn(self, **changes: Any) -> Petition:
        petition = self.reported(**changes)
        return withdraw_petition(petition=petition, by=self.cast.lin, reason="问题已经自行解决", now=self.tick())

    def lapsed(self, **changes: Any) -> Petition:
        petition = self.resolved(**changes)
        return lapse_petition(petition=petition, by=self.cast.system, now=self.tick(timedelta(days=17)))

    def in_state(self, state: str, **changes: Any) -> Petition:
        """Return a petition of Lin's in the state; `closed` is withdrawn."""
        makers = {
            "reported": self.reported,
            "assigned": self.checked_in,
            "resolved": self.resolved,
            "rated": self.rated,
            "closed": self.withdrawn,
        }
        return makers[state](**changes)


def due_of(assignment: Assignment) -> datetime | None:
    """Return when the department's limit for its answer ends."""
    return assignment.clocks.get(promise__in=ANSWER_CLOCKS).due_at
