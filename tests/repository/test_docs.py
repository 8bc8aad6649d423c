"""The documents say what is there: paths, targets, packages, variables, words, and the curl commands of the README."""

import csv
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from embedded.supervisor import DEMO_USERS
from limits.models import LadderStep, LimitRule
from petitions.management.commands.lifecycle_doc import PEOPLE
from petitions.models import EventKind, Part, State
from petitions.offered import VERBS
from petitions.permissions import Relation, relation_to
from petitions.policy import write_defaults
from regions.models import DeskMember, Region
from seeds import load
from tests.cast import Stage, person

ROOT: Path = settings.BASE_DIR
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "docs/architecture.md", "docs/glossary.md", "docs/operating.md")
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
PATH = re.compile(r"[\w.-]+(/[\w.-]+)+/?|[\w-]+\.(py|md|txt|in|toml|csv|yaml)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_spans(text: str) -> list[str]:
    without_blocks = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", without_blocks)


def code(text: str) -> str:
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *code_spans(text)])


def first_column(text: str, heading: str) -> list[str]:
    """The code spans that begin the rows of the table under a heading."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)


# ---- what documents name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_in_a_document_exists(name: str) -> None:
    paths = [span for span in code_spans(read(name)) if PATH.fullmatch(span)]
    assert paths or name.startswith("docs/")
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", [*DOCUMENTS, *(f"docs/adr/{path.name}" for path in ADRS), "docs/adr/README.md"])
def test_every_link_leads_to_a_file(name: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", read(name))
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not ((ROOT / name).parent / target).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_exists(name: str) -> None:
    known = set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), flags=re.MULTILINE))
    named = {target for goals in re.findall(r"\bmake((?: [a-z-]+)+)", code(read(name))) for target in goals.split()}
    assert named <= known


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert [name for name in READMES if len(read(name).splitlines()) > 150] == []


def test_every_direct_dependency_has_its_line_and_no_other_has() -> None:
    lines = read("requirements.in").splitlines()
    direct = [re.split(r"[\[<>=;\s]", line)[0] for line in lines if line and not line.startswith("#")]
    assert sorted(first_column(read("README.md"), "Dependencies")) == sorted(direct)


@pytest.mark.parametrize("name", READMES)
def test_the_demonstration_accounts_are_those_that_the_seeds_load(name: str) -> None:
    with (ROOT / "seeds" / "people.csv").open(encoding="utf-8", newline="") as file:
        loaded = {row["username"] for row in csv.DictReader(file)}
    accounts = first_column(read(name), "Two commands" if name == "README.md" else "两条命令")
    assert accounts == list(DEMO_USERS)
    assert set(accounts) <= loaded
    assert f"`{settings.DEMO_PASSWORD}`" in read(name)


def test_operating_explains_every_variable_of_the_settings() -> None:
    asked = set(re.findall(r'env\.\w+\("(\w+)"', read("config/settings.py")))
    from_the_folder = {"SHAOYING_DATA", "SHAOYING_NO_SERVERS"}  # read before the settings
    assert set(first_column(read("docs/operating.md"), "Variables")) == asked | from_the_folder


def test_operating_does_not_call_missing_what_the_glossary_finds_in_the_code() -> None:
    terms = {
        term.strip().lower()
        for term, place in re.findall(
            r"^\| ([^|]+) \|[^|]+\|[^|]+\| ([^|]+) \|", read("docs/glossary.md"), flags=re.MULTILINE
        )
        if "`" in place
    }
    assert "scorecard" in terms
    missing = read("docs/operating.md").split("\n## What is not there yet\n")[1]
    openings = [re.split(r"[,.:(]", line)[0].strip().lower() for line in re.findall(r"^- (.+)", missing, re.MULTILINE)]
    assert openings
    assert [opening for opening in openings if {opening, opening.removesuffix("s")} & terms] == []


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    assert "\n## [Unreleased]\n" in read("CHANGELOG.md")


# ---- decisions ------------------------------------------------------------------------------------------------------


def test_the_index_of_decisions_lists_each_once() -> None:
    assert re.findall(r"^\| \[\d{4}\]\(([^)]+)\)", read("docs/adr/README.md"), flags=re.MULTILINE) == [
        path.name for path in ADRS
    ]


def test_decisions_are_numbered_without_a_gap_and_short() -> None:
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))
    assert [path.name for path in ADRS if len(path.read_text(encoding="utf-8").splitlines()) > 45] == []


# ---- words ----------------------------------------------------------------------------------------------------------


def test_the_glossary_names_fields_that_exist() -> None:
    models = {model.__name__: model for model in apps.get_models()}
    named = [span.split(".") for span in code_spans(read("docs/glossary.md")) if re.fullmatch(r"[A-Z]\w+\.\w+", span)]
    fields = [(model, field) for model, field in named]
    assert len(fields) > 20
    assert [
        pair for pair in fields if pair[1] not in {field.name for field in models[pair[0]]._meta.get_fields()}
    ] == []


def test_the_glossary_has_every_role_state_part_and_verb() -> None:
    words = set(code_spans(read("docs/glossary.md")))
    wanted = {*Role.values, *State.values, *Part.values, *EventKind.values, *VERBS}
    assert wanted - words == set()


# ---- the generated lifecycle ----------------------------------------------------------------------------------------


def test_the_lifecycle_is_that_of_this_code() -> None:
    call_command("lifecycle_doc", "--check")


def test_a_lifecycle_that_differs_or_is_missing_is_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "lifecycle.md"
    with pytest.raises(CommandError, match="make docs"):
        call_command("lifecycle_doc", "--check", file=copy)
    copy.write_text(read("docs/lifecycle.md").replace("head 部门负责人 (lead)", "handler 部门经办人 (lead)", 1))
    with pytest.raises(CommandError, match="make docs"):
        call_command("lifecycle_doc", "--check", file=copy)
    call_command("lifecycle_doc", file=copy)
    assert copy.read_text(encoding="utf-8") == read("docs/lifecycle.md")


def seen(relation: Relation) -> tuple[Any, ...]:
    who = (relation.is_liaison, relation.is_assistant, relation.has_filed_on_behalf)
    desks = (relation.is_in_charge, relation.has_desk_above, relation.has_desk_below)
    return relation.roles, who, desks, sorted(assignment.part for assignment in relation.assignments)


def test_the_lifecycle_asks_the_rules_about_people_as_they_really_are(stage: Stage) -> None:
    cast = stage.cast
    park = Region.objects.create(code="gaoxin", name="高新区", kind="park", parent=cast.city)
    DeskMember.objects.create(user=person("shen", "沈派单", "dispatcher"), region=park)
    lins, qians = stage.assigned(with_support=True), stage.assigned(with_support=True, by=cast.qian)
    support_head = person("han", "韩协办", "head", department=cast.support)
    other_head = person("yang", "杨旁观", "head", department=cast.other_department)
    special: dict[tuple[Role, str], User] = {
        (Role.LIAISON, "own enterprise"): cast.lin,
        (Role.LIAISON, "another enterprise"): cast.mallory,
        (Role.ASSISTANT, "who did not file it"): cast.qian,
        (Role.DISPATCHER, "another desk"): cast.tang,
        (Role.HANDLER, "lead"): cast.zhou,
        (Role.HANDLER, "support"): cast.zheng,
        (Role.HANDLER, "another department"): cast.feng,
        (Role.HEAD, "lead"): cast.wu,
        (Role.HEAD, "support"): support_head,
        (Role.HEAD, "another department"): other_head,
    }
    roles = {(Role(role), ""): user for role, user in cast.users.items() if (Role(role), "") in PEOPLE}
    real = {key: relation_to(lins, user) for key, user in (special | roles).items()}
    real[Role.DISPATCHER, "desk in charge"] = relation_to(stage.reported(region=cast.district), cast.sun)
    real[Role.ASSISTANT, "who filed it"] = relation_to(qians, cast.qian)
    assert {key: seen(relation) for key, relation in real.items()} == {key: seen(who) for key, who in PEOPLE.items()}


# ---- the loop in curl -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed: apt-get install curl")
@pytest.mark.django_db(transaction=True)
def test_the_loop_of_the_readme_ends_with_a_rating(live_server: LiveServer, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # others' sign-ins
    write_defaults(LimitRule, LadderStep)  # a test like this one may have emptied what the migration filled
    for table in (load.load_regions, load.load_departments, load.load_categories, load.load_enterprises):
        table()
    load.load_people()
    block = next(block for block in read("README.md").split("```sh\n") if block.startswith("api()"))
    script = block.split("```")[0].replace("http://127.0.0.1:8000", live_server.url)
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=False, timeout=120)
    states = re.findall(r'"state":"(\w+)"', done.stdout)
    assert (states, done.stderr) == (["assigned", "assigned", "resolved", "rated"], "")
