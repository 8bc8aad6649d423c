"""The csv files by themselves: right references, valid codes, enough of everything, all texts different."""

import re
from collections import Counter
from pathlib import Path

import pytest

from accounts.models import Role
from departments.models import Category
from enterprises.models import Enterprise, Occasion, validate_credit_code
from petitions.models import Channel, Kind, Outcome, Urgency
from petitions.reporting import CHANNEL_OF
from seeds import limits
from seeds.load import FOLDER, rows
from seeds.walk import STEPS

SHORT_NAMES = """
    交通运输局 人社局 住建局 供电公司 公安局 公积金中心 农业农村局 医保局 卫健委 发改委 司法局 商务局 国资委 城管局
    市场监管局 应急管理局 政务服务和大数据局 教体局 文旅局 水务局 法院 海关 消防救援支队 燃气公司 生态环境局 科技局
    税务局 经信局 自然资源和规划局 行政审批局 财政局 金融工作局 金融监管分局
"""
CITY = frozenset(SHORT_NAMES.split())
FILES = [
    *("regions", "departments", "categories", "responsibilities"),
    *("enterprises", "people", "desks", "petitions", "past_petitions", "limits", "occasions", "calls"),
]


def column(name: str, key: str) -> list[str]:
    return [row[key] for row in rows(f"{name}.csv")]


@pytest.mark.parametrize("name", FILES)
def test_files_are_utf_8_with_lf_and_full_rows(name: str) -> None:
    content = (FOLDER / f"{name}.csv").read_bytes()
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.decode().endswith("\n")
    assert all(None not in row and None not in row.values() for row in rows(f"{name}.csv"))


def test_the_city_has_the_thirty_three_departments() -> None:
    city = {row["short_name"] for row in rows("departments.csv") if row["level"] == "city"}
    assert len(CITY) == 33
    assert city - {"市政府"} == CITY


def test_there_are_six_districts_and_parks_each_with_one_fallback_unit() -> None:
    regions = {row["code"]: row["kind"] for row in rows("regions.csv")}
    assert sorted(regions.values()).count("city") == 1
    assert len(regions) == 7
    fallbacks = [row["region"] for row in rows("departments.csv") if row["is_fallback"] == "1"]
    assert sorted(fallbacks) == sorted(regions)


def test_departments_stand_in_a_tree_and_no_alias_means_two() -> None:
    codes: set[str] = set()
    for row in rows("departments.csv"):
        assert row["parent"] in codes | {""}, row["code"]
        codes.add(row["code"])
    names = [name for row in rows("departments.csv") for name in row["aliases"].split(";") if name]
    assert len(names) == len(set(names))
    assert set(names).isdisjoint(column("departments", "short_name"))


def test_there_are_sixty_categories_each_with_level_lead_and_basis() -> None:
    second = [row for row in rows("categories.csv") if row["parent"]]
    assert len(second) >= 60
    groups = {row["code"] for row in rows("categories.csv") if not row["parent"]}
    for row in second:
        assert row["parent"] in groups
        assert row["code"].startswith(f"{row['parent']}.")
        assert row["service_level"] in Category.ServiceLevel.values
        assert row["lead_city"] in CITY
        assert row["lead_district"] in CITY | {""}
        assert row["basis"]


def test_every_department_answers_for_eight_matters_with_keywords_examples_and_basis() -> None:
    matters = list(rows("responsibilities.csv"))
    counts = Counter(row["department"] for row in matters)
    assert set(counts) == CITY
    assert min(counts.values()) >= 8
    for row in matters:
        assert row["level"] in ("city", "district")
        assert len(row["keywords"].split(";")) >= 8, row["matter"]
        assert len(row["examples"].split(";")) >= 2, row["matter"]
        assert row["basis"], row["matter"]
        assert set(filter(None, row["partners"].split(";"))) <= CITY - {row["department"]}, row["matter"]
    examples = [example for row in matters for example in row["examples"].split(";")]
    assert len(set(examples)) == len(examples)


def test_there_are_forty_enterprises_of_every_size_and_ownership_with_valid_codes() -> None:
    enterprises = list(rows("enterprises.csv"))
    assert len(enterprises) >= 40
    for row in enterprises:
        validate_credit_code(row["credit_code"])
        # Division codes 9901xx belong to no place, so no code can be a real enterprise's.
        assert row["credit_code"][2:6] == "9901"
    assert {row["size"] for row in enterprises} == set(Enterprise.Size.values)
    assert {row["ownership"] for row in enterprises} == set(Enterprise.Ownership.values)
    assert len({row["credit_code"] for row in enterprises}) == len(enterprises)


def test_desks_are_of_dispatchers_below_the_city() -> None:
    dispatchers = {row["username"] for row in rows("people.csv") if row["roles"] == "dispatcher"}
    below = {row["code"] for row in rows("regions.csv") if row["parent"]}
    assert len(set(column("desks", "region"))) >= 2
    assert set(column("desks", "username")) < dispatchers
    assert set(column("desks", "region")) <= below


def test_people_hold_known_roles_in_known_places() -> None:
    people = list(rows("people.csv"))
    departments, enterprises = set(column("departments", "code")), set(column("enterprises", "credit_code"))
    for row in people:
        roles = set(row["roles"].split(";"))
        assert roles <= set(Role.values) - {"system"}
        assert bool(roles & {"handler", "head"}) == (row["department"] in departments)
        assert set(filter(None, row["enterprises"].split(";"))) <= enterprises
        assert bool(roles & {"liaison", "assistant"}) == bool(row["enterprises"])
    # A demo account for every role carries its name.
    demo = {row["username"]: row["roles"] for row in people}
    assert all(demo[role] == role for role in Role.values if role != "system")


def test_every_department_has_a_handler_and_a_head_and_every_enterprise_a_liaison() -> None:
    people = list(rows("people.csv"))
    for role in ("handler", "head"):
        assert {row["department"] for row in people if row["roles"] == role} == set(column("departments", "code"))
    served = [code for row in people if row["roles"] == "liaison" for code in row["enterprises"].split(";")]
    assert sorted(served) == sorted(column("enterprises", "credit_code"))


def test_there_are_a_hundred_and_twenty_petitions_and_no_two_alike() -> None:
    petitions = list(rows("petitions.csv"))
    assert len(petitions) >= 120
    for key in ("key", "title", "body"):
        assert len({row[key] for row in petitions}) == len(petitions), key
    for key in ("public_answer", "rating_text", "progress_note", "contact_note"):
        texts = [row[key] for row in petitions if row[key]]
        assert len(set(texts)) == len(texts), key


def test_petitions_refer_to_what_there_is() -> None:
    known = {
        "category": {row["code"] for row in rows("categories.csv") if row["parent"]},
        "enterprise": set(column("enterprises", "credit_code")),
        "region": set(column("regions", "code")),
        "kind": set(Kind.values),
        "urgency": set(Urgency.values),
        "channel": set(Channel.values),
        "outcome": {*Outcome.values, ""},
        "confidential": {"0", "1"},
    }
    units = {row["short_name"] for row in rows("departments.csv") if row["level"] == "city"}
    units |= {f"{row['region']}/{row['short_name']}" for row in rows("departments.csv")} | {""}
    for row in rows("petitions.csv"):
        assert all(row[key] in values for key, values in known.items()), row["key"]
        assert {row["lead"], row["redispatch_to"], *row["supports"].split(";")} <= units, row["key"]
    assert {"consult", "help", "complaint", "suggestion"} == set(column("petitions", "kind"))


def test_steps_are_known_verbs_that_go_forward_and_end_in_the_past() -> None:
    for row in rows("petitions.csv"):
        assert 0 <= int(row["days_ago"]) <= 60
        minutes = []
        for token in row["steps"].split():
            verb, offset = token.split("@")
            assert verb in STEPS
            assert re.fullmatch(r"\d+(\.\d+)?[hm]", offset)
            minutes.append(float(offset[:-1]) * (60 if offset.endswith("h") else 1))
        assert minutes == sorted(minutes), row["key"]
        # Also when it is loaded at the first minute of the day that days_ago counts from.
        hour, minute = row["time"].split(":")
        reported = int(hour) * 60 + int(minute)
        assert not minutes or reported + max(minutes) <= int(row["days_ago"]) * 1440, row["key"]


def test_limits_are_about_petitions_that_were_reported_before() -> None:
    petitions = {row["key"]: row for row in rows("petitions.csv")}
    units = {row["short_name"] for row in rows("departments.csv")} | {""}
    for row in rows("limits.csv"):
        reported = petitions[row["petition"]]
        assert row["verb"] in limits.STEPS
        assert row["department"] in units
        assert row["text"], row
        assert bool(row["days"]) == (row["verb"] in ("ask_extension", "ask_hold", "review_hold"))
        assert 1 <= int(row["days_ago"]) < int(reported["days_ago"]), row["petition"]
        assert re.fullmatch(r"\d\d:\d\d", row["time"])
    assert {row["verb"] for row in rows("limits.csv")} == set(limits.STEPS)


def test_occasions_name_petitions_that_came_that_way_while_they_lasted() -> None:
    petitions = {row["key"]: row for row in rows("petitions.csv")}
    occasions = list(rows("occasions.csv"))
    assert Counter(row["kind"] for row in occasions) == {"home": 2, "event": 3, "visit": 4}
    named = [key for row in occasions for key in row["petitions"].split(";")]
    assert len(set(named)) == len(named)
    for row in occasions:
        assert row["region"] in column("regions", "code")
        for key in row["petitions"].split(";"):
            petition = petitions[key]
            assert petition["channel"] == CHANNEL_OF[Occasion.Kind(row["kind"])], key
            if row["kind"] != "home":
                assert petition["days_ago"] == row["days_ago"], key
                assert row["from"] <= petition["time"] <= row["to"], key


def test_the_readme_states_the_numbers_of_rows() -> None:
    text = (Path(FOLDER) / "README.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)\.csv` \| (\d+) ", text, re.MULTILINE))
    assert set(stated) == set(FILES)
    for name, count in stated.items():
        there = len(list(rows(f"{name}.csv")))
        assert there >= int(count) if name == "petitions" else there == int(count), name
