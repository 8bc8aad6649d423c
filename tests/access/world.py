"""The people and petitions the matrix is tried on, and one request of one of them.

The petition was filed with a file by Qian (assistant) for Lin's enterprise; Zhou and Wu work in the lead, Zheng in
the support, Feng in another department. Qiu serves the enterprise too, but did not file. Each row of the matrix
names the stage at which its verb is due.
"""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.models import User
from enterprises.models import Assistant
from petitions.check_in import check_in_department
from petitions.models import Petition
from petitions.resolution import answer_support, resolve_petition
from petitions.supervision.flags import raise_flags
from tests.access.routes import address
from tests.cast import Cast, Stage, person
from tests.files.uploads import picture
from tests.moments import WEDNESDAY_10AM
from tests.occasions import occasion
from tests.pages.typed import FORMS, INSIDE_FORMS, LIMIT_FORMS, SCORE_FORMS, appointed, report_form
from tests.pages.typed_intake import INTAKE_FORMS, register_form
from tests.pages.typed_survey import SURVEY_FORMS
from tests.petitions.department_steps import furnish_department
from tests.petitions.flags import withdrawn_after_contact
from tests.petitions.ratings import LOW, put_right, rate
from tests.petitions.verbs import CALLS, STEPS
from tests.scores.facts import scored
from tests.surveys.steps import drawn, long_ago

STAGES = (
    *("reported", "assigned", "working", "answered", "resolved", "appointed"),
    *("asked", "running", "returning", "refused", "merged", "linked", "rectifying", "referred"),
)
ASKING = ["lin", "mallory", "qian", "qiu"]
ANSWERING = ["sun", "zhou", "wu", "zheng", "feng"]
WATCHING = ["chen", "chu", "wei"]
MINUTE = timedelta(minutes=1)
PEOPLE = [*ASKING, *ANSWERING, *WATCHING, "sysadmin", "secadmin", "auditor", "anonymous"]
GROUPS = [PEOPLE[start : start + 4] for start in range(0, len(PEOPLE), 4)]  # one world each
ALL_FORMS = FORMS | LIMIT_FORMS | INSIDE_FORMS | INTAKE_FORMS | SURVEY_FORMS | SCORE_FORMS
ANSWER = {"outcome": "solved", "public_answer": "已协调付款。"}


def people(cast: Cast) -> dict[str, User | None]:
    """Return everybody by name, nobody for `anonymous`; Qiu, who is not of the cast, is written."""
    qiu = person("qiu", "邱助理", "assistant")
    Assistant.objects.create(user=qiu).enterprises.add(cast.enterprise)
    return {name: getattr(cast, name, None) for name in PEOPLE} | {"qiu": qiu}


class World:
    """A cast, and a petition of every stage, made when it is first asked for."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.stage = Stage(cast)
        self.petitions: dict[tuple[str, bool], Petition] = {}
        self.people = people(cast)
        furnish_department(cast)
        self.sessions: dict[int, Client] = {}
        occasion(self.stage)
        drawn(long_ago(cast), 5)
        withdrawn_after_contact(flagging := long_ago(cast))
        raise_flags(now=flagging.now)
        scored(cast)

    def client(self, by: User | None) -> Client:
        """Return a new client of the person, who signed in before the first request."""
        if by and by.pk not in self.sessions:
            self.sessions[by.pk] = Client()
            self.sessions[by.pk].force_login(by)
        client = Client()
        if by:
            client.cookies.load(self.sessions[by.pk].cookies.output(header=""))
        return client

    def petition(self, stage: str, *, is_confidential: bool) -> Petition:
        key = (stage, is_confidential)
        if key not in self.petitions:
            makers = {"asked": self._with_requests, "running": self._with_requests}
            makers |= {"returning": self._with_return, "refused": self._with_return}
            makers |= {"appointed": self._appointed}
            makers |= {"merged": self._joined, "linked": self._joined}
            makers |= {"rectifying": self._rated_low, "referred": self._rated_low}
            make = makers.get(stage, self._make)
            self.petitions[key] = make(STAGES.index(stage), is_confidential)
        return self.petitions[key]

    def _make(self, reached: int, is_confidential: bool) -> Petition:
        stage, cast = self.stage, self.cast
        file = SimpleUploadedFile("现场.png", picture())
        report: dict[str, Any] = {"by": cast.qian, "is_confidential": is_confidential, "files": [file]}
        if reached == 0:
            return stage.reported(**report)
        petition = stage.assigned(with_support=True, **report)
        if reached > 1:
            for handler in (cast.zhou, cast.zheng):
                check_in_department(petition=petition, by=handler, now=stage.tick())
        if reached > 2:
            answer_support(petition=petition, by=cast.zheng, answer=stage.answer(), now=stage.tick())
        if reached > 3:
            petition = resolve_petition(petition=petition, by=cast.zhou, answer=stage.answer(), now=stage.tick())
        return petition

    def _appointed(self, _reached: int, is_confidential: bool) -> Petition:
        """With a time that the lead proposed, unless it may not know the enterprise."""
        petition = self._make(STAGES.index("assigned"), is_confidential)
        if is_confidential:
            return petition
        self.stage.now = max(self.stage.now, WEDNESDAY_10AM - timedelta(hours=5))
        return CALLS["propose_appointment"](self.stage, petition, self.cast.zhou, self.stage.tick(MINUTE))

    def _rated_low(self, reached: int, is_confidential: bool) -> Petition:
        """Rated low in the last hours, by the pages' clock; in `referred` a second time."""
        self.stage.now = max(self.stage.now, WEDNESDAY_10AM - timedelta(hours=5))
        petition = rate(self.stage, self._make(STAGES.index("resolved"), is_confidential), **LOW)
        if STAGES[reached] == "referred":
            petition = rate(self.stage, put_right(self.stage, petition), **LOW)
        return petition

    def _joined(self, reached: int, is_confidential: bool) -> Petition:
        """Merged into another one of Lin's enterprise; or dispatched, and linked to one of Mallory's."""
        before, verb = {"merged": ("reported", "merge"), "linked": ("assigned", "link")}[STAGES[reached]]
        petition = self._make(STAGES.index(before), is_confidential)
        return CALLS[verb](self.stage, petition, self.cast.sun, self.stage.tick(MINUTE))

    def _with_requests(self, reached: int, is_confidential: bool) -> Petition:
        """Dispatched; extension and hold asked for, an order issued; in `running` the hold rests, the order is replied
        to."""
        stage, cast = self.stage, self.cast
        petition = self._make(STAGES.index("assigned"), is_confidential)
        steps = [("ask_extension", cast.wu), ("ask_hold", cast.wu), ("issue_order", cast.chen)]
        if STAGES[reached] == "running":
            steps += [("decide_hold", cast.chen), ("reply_order", cast.zhou)]
        for verb, by in steps:
            CALLS[verb](stage, petition, by, stage.tick(MINUTE))
        return petition

    def _with_return(self, reached: int, is_confidential: bool) -> Petition:
        """Dispatched; the lead asked to send it back, and in `refused` was told no."""
        petition = self._make(STAGES.index("assigned"), is_confidential)
        steps = [("ask_send_back", self.cast.wu)]
        if STAGES[reached] == "refused":
            steps.append(("refuse", self.cast.sun))
        for verb, by in steps:
            STEPS[verb](self.stage, petition, by, self.stage.tick(MINUTE))
        return petition


def body(world: World, name: str, petition: Petition) -> dict[str, Any]:
    """Return valid content for a POST to the route; empty where it takes none."""
    namespace, _colon, verb = name.rpartition(":")
    verb = "rate" if verb == "rate_by_link" else verb
    if namespace in ("petitions", "figures"):
        return (
            report_form(world.stage) if verb == "report" else ALL_FORMS.get(verb, lambda *_: {})(world.stage, petition)
        )
    if namespace == "surveys":
        return SURVEY_FORMS.get(verb, lambda *_: {})(world.stage, petition)
    return _json_body(world, verb, petition) if namespace == "api" else {}


def _json_body(world: World, verb: str, petition: Petition) -> dict[str, Any]:
    report = {key: value for key, value in report_form(world.stage).items() if key != "submission_key"}
    codes = {"enterprise": world.cast.enterprise.credit_code, "category": "funds.arrears", "region": "lanchuan"}
    if verb in ("merge", "link"):
        return {"into" if verb == "merge" else "parent": FORMS[verb](world.stage, petition)["number"]}
    answered = petition.assignments.live().filter(answered_at__isnull=False)
    rated = petition.assignments.filter(rating__locked_at__isnull=True, rating__isnull=False)
    named = petition.assignments.values_list("appointment_at", flat=True).order_by("pk").first()
    bodies: dict[str, dict[str, Any]] = {
        "petitions": report | codes,
        "enterprises": {**register_form(), "region": "lanchuan"},
        "dispatch": {"lead": "jingxin", "supports": ["shuiwu"]},
        "discuss": {"text": "请先核对发票"},
        "add_support": {"department": "jiaoyu"},
        "remove_support": {"department": "shuiwu", "reason": "不涉及税务"},
        "waive_support": {"department": "shuiwu", "reason": "不涉及税务"},
        "ask_send_back": {"reason": "not_responsible", "basis": "依据本市职责清单", "proposed": "jiaoyu"},
        "hand_over": {"to": "wu"},
        "undo_dispatch": {"reason": "派错部门"},
        "escalate_up": {"reason": "应由市级派单"},
        "delegate_down": {"desk": "linjiang"},
        "propose_appointment": {"method": "call", "at": f"{appointed(days=2)}+08:00"},
        "confirm_appointment": {"at": named.isoformat() if named else f"{appointed(days=2)}+08:00"},
        "move_appointment": {"at": f"{appointed(days=3)}+08:00"},
        "contact": {"way": "phone", "text": "已通电话"},
        "progress": {"text": "正在核对账目", "is_public": True},
        "answer_support": ANSWER,
        "resolve": ANSWER,
        "rate": {"ratings": [{"assignment": row.pk, "level": 5, "is_solved": "yes"} for row in answered]},
        "change_rating": {"ratings": [{"assignment": row.pk, "level": 4, "is_solved": "yes"} for row in rated]},
        "judge_rating": {"is_again": False, "why": "部门已尽责"},
        "reopen": {"reason": "货款仍未到账"},
        "withdraw": {"reason": "问题已自行解决"},
        "supplement": {"text": "补充合同编号"},
        "urge": {"text": "请尽快"},
    }
    return bodies.get(verb) or _limit_body(world, verb, petition)


def _limit_body(world: World, verb: str, petition: Petition) -> dict[str, Any]:
    """The pages' fields, with `request` and the order in the address as the API names them."""
    if verb in ("reply_order", "judge_order"):
        typed = {"text": "已安排专人办理"} if verb == "reply_order" else {"decision": "approved"}
        return {"order": petition.orders.values_list("number", flat=True).first(), **typed}
    typed = (FORMS | LIMIT_FORMS).get(verb, lambda *_: {})(world.stage, petition)
    name = {"decide_extension": "extension", "decide_send_back": "send_back", "dispute_send_back": "send_back"}
    named = {name.get(verb, "hold"): typed.pop("request")} if "request" in typed else {}
    codes = {"department": world.cast.lead.code} if "department" in typed else {}
    return typed | named | codes


def outcome(world: World, name: str, parameters: set[str], method: str, petition: Petition, by: User | None) -> str:
    """Make one request, take back what it did, and return its status; `in` for being sent to the sign-in page."""
    client = world.client(by)
    with transaction.atomic():
        # Asked for in any case: what is joined to has to be there before.
        content, sent = body(world, name, petition), dict[str, Any]()
        if method == "POST":
            kind = {"content_type": "application/json"} if name.startswith("api:") else {}
            sent = {"data": content, **kind}
        ask = getattr(client, method.lower())
        answer = ask(address(name, parameters, petition), **sent)
        transaction.set_rollback(True)
    answer.getvalue()  # a file is closed when it was read
    is_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/sign-in/")
    return "in" if is_sign_in else str(answer.status_code)
