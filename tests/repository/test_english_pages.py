"""An English page shows no Chinese but data, and the data of these tests is English."""

import pytest
from django.db.models import IntegerChoices, TextChoices
from django.urls import reverse
from django.utils.translation import override

from config.rooms import rooms
from petitions.following_up import withdraw_petition
from petitions.models import EventKind, Level, Petition, State
from petitions.ratings.rating import rate_petition
from petitions.reopening import reopen_petition
from tests.occasions import occasion
from tests.petitions.send_backs import sent_back
from tests.repository.english import CHINESE, EnglishStage, address, chinese_in, reader


@pytest.fixture
def stage(english_stage: EnglishStage) -> EnglishStage:
    return english_stage


def test_the_search_for_chinese_finds_it(stage: EnglishStage) -> None:
    page = reader(stage.cast.lin, "zh-hans").get(address("show", stage.reported()))
    assert "提交诉求" in chinese_in(page)


def test_labels_of_choices(english: None) -> None:
    known = [*TextChoices.__subclasses__(), *IntegerChoices.__subclasses__()]
    ours = [choices for choices in known if choices.__module__.split(".")[0] in rooms()]
    assert {State, EventKind, Level} <= set(ours)
    with override("en"):
        assert [label for choices in ours for label in choices.labels if CHINESE.search(str(label))] == []


LISTS = {"mine": "lin mallory", "report": "lin", "to_dispatch": "sun", "list": "sun chen", "queue": "zhou feng"}
LISTS |= {"board": "zhou feng", "absences": "zhou wu", "reply_templates": "wu", "add_template": "wu", "filters": "zhou"}
LISTS |= {"responsibilities": "wu sun", "flags": "chen"}
LISTS |= {"intake": "sun", "report_for_new": "sun", "occasions": "sun chen", "create_occasion": "sun"}
FIGURES = {"overview": "wei", "heat_map": "chen", "equity": "wei", "awards": "wu chen", "score_report": "wei"}
PAGES = {"petitions": LISTS, "figures": FIGURES}


def test_lists_full_and_empty(stage: EnglishStage) -> None:
    stage.reported(urgency="urgent", is_confidential=True)
    for state in State.values:
        stage.in_state(state)
    named = [(f"{room}:{page}", people) for room, pages in PAGES.items() for page, people in pages.items()]
    for page, who in ((page, who) for page, people in named for who in people.split()):
        for question in ({}, {"state": "closed", "show": "new", "q": "nothing"}, {"since": "x", "kind": "x"}):
            response = reader(getattr(stage.cast, who)).get(reverse(page), question)
            assert (who, page, response.status_code, chinese_in(response)) == (who, page, 200, "")


FORMS = {
    "supplement": ("lin", "reported"),
    "dispatch": ("sun", "reported"),
    "urge": ("lin", "assigned"),
    "withdraw": ("lin", "assigned"),
    "propose_appointment": ("zhou", "assigned"),
    "move_appointment": ("lin", "assigned"),
    "hand_over": ("zhou", "assigned"),
    "contact": ("zhou", "assigned"),
    "progress": ("zhou", "assigned"),
    "answer_support": ("zheng", "assigned"),
    "resolve": ("zhou", "assigned"),
    "discuss": ("zhou", "assigned"),
    "add_support": ("sun", "assigned"),
    "remove_support": ("sun", "assigned"),
    "ask_send_back": ("wu", "assigned"),
    "rate": ("lin", "resolved"),
    "reopen": ("lin", "resolved"),
}


@pytest.mark.parametrize("verb", FORMS)
def test_a_verbs_form_and_what_it_says_when_filled_in_wrongly(stage: EnglishStage, verb: str) -> None:
    who, state = FORMS[verb]
    petition = stage.checked_in(with_support=True) if state == "assigned" else stage.in_state(state)
    client, form = reader(getattr(stage.cast, who)), address(verb, petition)
    wrong = dict.fromkeys(("text", "reason", "note", "public_answer"), "x" * 6000)
    for response in (client.get(form), client.post(form, wrong), client.post(form)):
        assert chinese_in(response) == ""


def test_one_petition_from_beginning_to_end(stage: EnglishStage) -> None:
    cast = stage.cast

    def everybody_reads(petition: Petition) -> None:
        for who in (cast.lin, cast.sun, cast.zhou, cast.chen):
            for page in ("show", "dispatch", "resolve"):  # the last two mostly say that they are not possible now
                assert chinese_in(reader(who).get(address(page, petition), follow=True)) == ""

    petition = stage.assigned(is_confidential=True)
    sent_back(stage, petition, basis="Not ours.")
    everybody_reads(petition)
    petition = stage.resolved(with_support=True, urgency="pressing")
    everybody_reads(petition)
    rate_petition(petition=petition, by=cast.lin, judgements=stage.judgements(petition), now=stage.tick())
    everybody_reads(petition)
    everybody_reads(reopen_petition(petition=stage.resolved(), by=cast.lin, reason="Not paid.", now=stage.tick()))
    everybody_reads(withdraw_petition(petition=stage.reported(), by=cast.lin, reason="Paid.", now=stage.tick()))
    everybody_reads(stage.lapsed())


def test_the_desk_and_an_occasion(stage: EnglishStage) -> None:
    where = occasion(stage, name="Suppliers' day", place="Library", host="The park")
    petition = stage.rated(occasion=where)
    known = f"/petitions/intake/{stage.cast.enterprise.credit_code}/"
    client = reader(stage.cast.sun)
    for step in ("", "change/", "poster/"):
        assert chinese_in(client.get(f"/occasions/{where.key}/{step}")) == ""
    for response in (
        client.get(f"{known}?from={where.key}"),
        client.post(known, {"source": "x"}),
        client.post("/petitions/intake/new/", {"source": "phone", "credit_code": "1"}),
        client.get("/petitions/intake/", {"q": "E", "from": where.key}),
        client.get(address("filed", petition)),
        client.post("/occasions/create/", {"kind": "home", "starts_at": "2026-09-08T14:30"}),
        reader(stage.cast.lin).get(f"/petitions/report/?from={where.key}"),
        reader(stage.cast.lin).get("/petitions/report/?from=x"),
    ):
        assert chinese_in(response) == ""


def test_signing_in_and_being_refused(stage: EnglishStage) -> None:
    sign_in, report = reverse("accounts:sign_in"), reverse("petitions:report")
    for response, status in (
        (reader(None).get(sign_in), 200),
        (reader(None).post(sign_in, {"username": "lin", "password": "wrong"}), 200),
        (reader(stage.cast.lin).get(reverse("accounts:change_password")), 200),
        (reader(stage.cast.lin).post(report, {"contact_phone": "x"}), 422),
        (reader(stage.cast.lin).post("/api/v1/petitions/", {}), 400),
        (reader(stage.cast.lin).get(reverse("petitions:to_dispatch")), 403),
        (reader(stage.cast.lin).get("/nowhere/"), 404),
        (reader(stage.cast.auditor).get("/"), 200),
    ):
        assert (response.status_code, chinese_in(response)) == (status, "")
