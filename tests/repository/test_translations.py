"""Every text has its English, and an English page shows no Chinese but data."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as configured
from django.db.models import IntegerChoices, TextChoices
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from accounts.models import User
from config.translation import CATALOG, HEADER, ROOMS, as_text, fault, merged
from departments.models import Department
from enterprises.models import Enterprise
from petitions.dispatch import send_back_petition
from petitions.models import EventKind, Level, Petition, State
from petitions.rating import rate_petition
from petitions.reporting import Report, withdraw_petition
from petitions.resolution import Answer, reopen_petition
from tests.cast import Cast, Stage

ROOT: Path = configured.BASE_DIR
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
IN_CHINESE_ON_PURPOSE = re.compile(r'<button[^>]*lang="zh-hans">[^<]*</button>')


# ---- the catalogue ------------------------------------------------------------------------------------------------


def test_every_text_has_its_english() -> None:
    assert fault(ROOT) == ""


def test_every_text_is_chinese() -> None:
    """Chinese is the source language: an English one would be shown to a Chinese office as it is."""
    texts = [message.id for message in merged(ROOT) if message.id]
    assert [text for text in texts if not CHINESE.search(str(text))] == []


def test_the_texts_of_all_templates_are_collected() -> None:
    tag = re.compile(r'{% translate "([^"]+)"')
    found = {text for room in ROOMS for path in (ROOT / room).rglob("*.html") for text in tag.findall(path.read_text())}
    assert len(found) > 50
    assert found <= {message.id for message in merged(ROOT)}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one text of each form and its English."""
    for room in ROOMS:
        (tmp_path / room / "templates").mkdir(parents=True)
    (tmp_path / "petitions" / "verbs.py").write_text('A = _("派单")\nB = pgettext_lazy("event", "派单")\n')
    (tmp_path / "petitions" / "templates" / "page.html").write_text(
        '  {% load i18n %}{# note #}\n    {% translate "退出" %}\n'
        "  {% blocktranslate count n=n %}{{ n }}件{% plural %}{{ n }}件诉求{% endblocktranslate %}\n"
    )
    (tmp_path / CATALOG).parent.mkdir(parents=True)
    (tmp_path / CATALOG).write_text(
        HEADER + '#, python-format\nmsgid "%(n)s件"\nmsgid_plural "%(n)s件诉求"\n'
        'msgstr[0] "%(n)s petition"\nmsgstr[1] "%(n)s petitions"\n\n'
        'msgid "派单"\nmsgstr "Dispatch"\n\n'
        'msgctxt "event"\nmsgid "派单"\nmsgstr "Dispatched"\n\n'
        'msgid "退出"\nmsgstr "Sign out"\n\n'
    )
    return tmp_path


def collect(checkout: Path) -> str:
    text = as_text(merged(checkout))
    (checkout / CATALOG).write_text(text)
    return text


def test_all_forms_of_texts_are_found_and_a_whole_file_stays_as_it_is(checkout: Path) -> None:
    before = (checkout / CATALOG).read_text()
    assert fault(checkout) == ""
    assert collect(checkout) == before


def test_a_new_text_is_missed_until_it_has_its_english(checkout: Path) -> None:
    (checkout / "accounts" / "pages.py").write_text('A = ngettext("%d天", "%d天", n)\n')
    assert fault(checkout) == f"{CATALOG} is not what the code says now; run `make messages` and write the English."
    collect(checkout)
    assert fault(checkout) == f"{CATALOG} lacks the English of 1 texts, such as “%d天”."


def test_a_text_that_is_no_longer_used_is_dropped(checkout: Path) -> None:
    (checkout / "petitions" / "verbs.py").unlink()
    assert "Dispatch" not in collect(checkout)
    assert fault(checkout) == ""


def test_a_changed_sentence_keeps_its_english_for_somebody_to_look_at(checkout: Path) -> None:
    page = checkout / "petitions" / "templates" / "page.html"
    page.write_text(page.read_text().replace("退出", "退出系统"))
    assert "#, fuzzy" in collect(checkout)
    assert "lacks the English of 1 texts" in fault(checkout)


def test_an_english_text_that_loses_a_placeholder_is_a_fault(checkout: Path) -> None:
    path = checkout / CATALOG
    path.write_text(path.read_text().replace("%(n)s petition", "%(m)s petition"))
    assert fault(checkout) == f"The English of “%(n)s件” in {CATALOG} has other placeholders than the Chinese."


# ---- the pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def english(settings: Settings, tmp_path: Path) -> None:
    """The catalogue as it is now, not as it was compiled last; changing the setting also forgets active languages."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO((ROOT / CATALOG).read_bytes())))
    (folder / "django.mo").write_bytes(compiled.getvalue())
    settings.LOCALE_PATHS = [tmp_path]


class EnglishStage(Stage):
    """Petitions whose texts are English, as are the names of everybody and everything in them."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        for user in User.objects.exclude(pk=cast.system.pk):
            User.objects.filter(pk=user.pk).update(display_name=user.username)
        for unit in Department.objects.all():
            Department.objects.filter(pk=unit.pk).update(name=unit.code, short_name=unit.code, name_en=unit.code)
        for enterprise in Enterprise.objects.all():
            Enterprise.objects.filter(pk=enterprise.pk).update(name=f"E{enterprise.pk}", short_name=f"E{enterprise.pk}")

    def report_form(self, **changes: Any) -> Report:
        texts = {"title": "Unpaid invoices", "body": "Nobody pays our invoices.", "contact_name": "Lin"}
        return super().report_form(**(texts | changes))

    def answer(self, **changes: Any) -> Answer:
        return super().answer(**({"public_answer": "They will pay.", "internal_note": "A visit helped."} | changes))


@pytest.fixture
def stage(english: None, cast: Cast) -> EnglishStage:
    return EnglishStage(cast)


def chinese_in(response: Any) -> str:
    return " ".join(CHINESE.findall(IN_CHINESE_ON_PURPOSE.sub("", response.content.decode())))


def reader(user: User | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if user:
        client.force_login(user)
    return client


def address(verb: str, petition: Petition) -> str:
    return reverse(f"petitions:{verb}", args=[petition.number])


def test_the_search_for_chinese_finds_it(stage: EnglishStage) -> None:
    page = reader(stage.cast.lin, "zh-hans").get(address("show", stage.reported()))
    assert "提交诉求" in chinese_in(page)


def test_labels_of_choices(english: None) -> None:
    known = [*TextChoices.__subclasses__(), *IntegerChoices.__subclasses__()]
    ours = [choices for choices in known if choices.__module__.split(".")[0] in ROOMS]
    assert {State, EventKind, Level} <= set(ours)
    with override("en"):
        assert [label for choices in ours for label in choices.labels if CHINESE.search(str(label))] == []


LISTS = {"mine": "lin mallory", "report": "lin", "inbox": "sun", "list": "sun chen", "queue": "zhou feng"}


def test_lists_full_and_empty(stage: EnglishStage) -> None:
    stage.reported(urgency="urgent", is_confidential=True)
    for state in State.values:
        stage.in_state(state)
    for page, who in ((page, who) for page, people in LISTS.items() for who in people.split()):
        for question in ({}, {"state": "closed", "show": "new", "q": "nothing"}, {"since": "x", "kind": "x"}):
            response = reader(getattr(stage.cast, who)).get(reverse(f"petitions:{page}"), question)
            assert (who, page, response.status_code, chinese_in(response)) == (who, page, 200, "")


FORMS = {
    "supplement": ("lin", "reported"),
    "dispatch": ("sun", "reported"),
    "urge": ("lin", "assigned"),
    "withdraw": ("lin", "assigned"),
    "contact": ("zhou", "assigned"),
    "progress": ("zhou", "assigned"),
    "answer_support": ("zheng", "assigned"),
    "resolve": ("zhou", "assigned"),
    "send_back": ("wu", "assigned"),
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
    send_back_petition(petition=petition, by=cast.wu, reason="not_responsible", note="Not ours.", now=stage.tick())
    everybody_reads(petition)
    petition = stage.resolved(with_support=True, urgency="pressing")
    everybody_reads(petition)
    rate_petition(petition=petition, by=cast.lin, judgements=stage.judgements(petition), now=stage.tick())
    everybody_reads(petition)
    everybody_reads(reopen_petition(petition=stage.resolved(), by=cast.lin, reason="Not paid.", now=stage.tick()))
    everybody_reads(withdraw_petition(petition=stage.reported(), by=cast.lin, reason="Paid.", now=stage.tick()))
    everybody_reads(stage.lapsed())


def test_signing_in_and_being_refused(stage: EnglishStage) -> None:
    sign_in, report = reverse("accounts:sign_in"), reverse("petitions:report")
    for response, status in (
        (reader(None).get(sign_in), 200),
        (reader(None).post(sign_in, {"username": "lin", "password": "wrong"}), 200),
        (reader(stage.cast.lin).get(reverse("accounts:change_password")), 200),
        (reader(stage.cast.lin).post(report, {"contact_phone": "x"}), 422),
        (reader(stage.cast.lin).post("/api/v1/petitions/", {}), 400),
        (reader(stage.cast.lin).get(reverse("petitions:inbox")), 403),
        (reader(stage.cast.lin).get("/nowhere/"), 404),
        (reader(stage.cast.chu).get("/"), 200),
    ):
        assert (response.status_code, chinese_in(response)) == (status, "")
