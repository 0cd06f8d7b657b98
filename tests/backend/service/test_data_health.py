"""Profile, doctor and fixes, at once and as jobs of their own process."""

import io
import json
import time

import pytest

from inkstone.backend.service import audit, data_export, data_health, data_jobs, datasets, labelling, upload_jobs
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError

ROWS = 60


@pytest.fixture
def messages(home, tmp_path):
    """Give a dataset with labels that differ by a space, a repeated row and an empty label."""
    lines = [
        f"第{number}条消息，内容{number * 7919 % 1000}各不相同,{'广告' if number % 3 else '正常'}"
        for number in range(ROWS)
    ]
    lines[4] += " "
    lines += [lines[1], "没有标签的一行,"]
    path = tmp_path / "消息.csv"
    path.write_text("文本,标签\n" + "\n".join(lines) + "\n", "utf-8")
    return datasets.upload(LOCAL, path, path.name)


def finished(look):
    deadline = time.monotonic() + 60
    while (job := look()).state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return job


def test_a_profile_is_made_in_the_background_and_kept(messages):
    assert data_health.look(LOCAL, "profile", messages.reference).state == "none"
    assert data_health.begin_profile(LOCAL, messages.reference).state == "running"
    job = finished(lambda: data_health.look(LOCAL, "profile", messages.reference))
    assert job.state == "done"
    assert job.result["rows"] == messages.rows
    assert data_health.begin_profile(LOCAL, messages.reference).result == job.result
    datasets.set_roles(LOCAL, messages.reference, {"label": "标签"})
    assert data_health.look(LOCAL, "profile", messages.reference).state == "none"


def test_fixes_make_a_new_version_that_says_how(messages):
    data_health.begin_doctor(LOCAL, messages.reference)
    findings = finished(lambda: data_health.look(LOCAL, "doctor", messages.reference)).result
    codes = {item["code"].removeprefix("doctor.") for item in findings if item["fix"]}
    assert {"labels_differ", "duplicates", "missing_labels"} <= codes
    wanted = ["labels_differ", "duplicates", "missing_labels"]
    data_health.begin_fix(LOCAL, messages.reference, wanted)
    job = finished(lambda: data_health.look_fix(LOCAL, messages.reference, wanted))
    assert job.state == "done", job.error
    made = datasets.get(LOCAL, messages.name)
    assert (made.version, made.rows, made.roles) == (2, ROWS, messages.roles)
    assert made.made == {"how": "fixes", "fixes": sorted(wanted), "from": 1, "by": "local"}
    assert datasets.get(LOCAL, messages.reference).rows == ROWS + 2
    assert not {item.code for item in data_health.doctor(LOCAL, made.reference)} & {f"doctor.{code}" for code in wanted}
    assert audit.list_(LOCAL, action="dataset.upload")[0].subject == "消息@2"


def test_overlap_with_another_dataset_is_found(messages, tmp_path):
    path = tmp_path / "测试.csv"
    path.write_text("文本,标签\n第3条消息，内容757各不相同,正常\n别的,广告\n", "utf-8")
    test = datasets.upload(LOCAL, path, path.name)
    codes = [item.code for item in data_health.doctor(LOCAL, messages.reference, {"test": test.reference})]
    assert "doctor.overlap_test" in codes


def test_an_unknown_fix_is_told(messages):
    with pytest.raises(InkstoneError, match=r"dataset\.no_such_fix"):
        data_health.chosen_fixes(data_health.doctor(LOCAL, messages.reference), ["magic"])


def test_a_job_stops_when_asked_and_may_begin_again(messages):
    data_health.begin_doctor(LOCAL, messages.reference)
    data_health.stop(LOCAL, "doctor", messages.reference)
    job = finished(lambda: data_health.look(LOCAL, "doctor", messages.reference))
    assert job.state == "stopped"
    assert data_health.begin_doctor(LOCAL, messages.reference).state == "running"
    assert finished(lambda: data_health.look(LOCAL, "doctor", messages.reference)).state == "done"


def test_a_job_whose_process_was_killed_is_told(messages):
    data_health.begin_profile(LOCAL, messages.reference)
    (process,) = paths_of(messages)
    data_jobs._signal(json.loads(process.read_text())["pid"], 9)
    job = finished(lambda: data_health.look(LOCAL, "profile", messages.reference))
    assert (job.state, job.error["code"]) == ("failed", "dataset.job_lost")


def paths_of(view):
    from inkstone import paths

    return list(paths.folder("datasets").glob(f"{view.dataset_id}/{view.version}/jobs/*/process.json"))


def test_a_viewer_reads_findings_and_makes_nothing(people, table):
    view = datasets.upload(people["max"], table, table.name)
    assert data_health.doctor(people["vic"], view.reference) is not None
    for action in (
        lambda: data_health.begin_fix(people["vic"], view.reference, ["all"]),
        lambda: data_health.stop(people["vic"], "doctor", view.reference),
        lambda: data_health.apply_fixes(people["mia"], view.reference, []),
    ):
        with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
            action()


def test_export_is_safe_to_open_in_a_spreadsheet(home, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "=1+1", "tags": ["a", "b"]}\n{"text": "-5", "tags": []}\n', "utf-8")
    view = datasets.upload(LOCAL, path, path.name)
    text = "".join(data_export.export_csv(LOCAL, view.reference))
    assert text.lstrip("\ufeff").splitlines() == ["text,tags", "'=1+1,a|b", "-5,"]


def test_a_large_upload_is_parsed_in_the_background(home, table):
    with table.open("rb") as file:
        key = upload_jobs.begin(LOCAL, file, table.name)
    job = finished(lambda: upload_jobs.look(LOCAL, key))
    assert (job.state, job.result["rows"], job.result["name"]) == ("done", 60, "消息")
    bad = upload_jobs.begin(LOCAL, io.BytesIO(b"text,label\n"), "bad.csv")
    job = finished(lambda: upload_jobs.look(LOCAL, bad))
    assert (job.state, job.error["code"]) == ("failed", "data.header_only")
    with pytest.raises(InkstoneError, match=r"upload\.missing"):
        upload_jobs.look(LOCAL, "../../etc")


def test_corrections_in_place_are_kept_and_make_a_version(messages):
    labelling.begin_edit(LOCAL, messages.reference, {0: "广告"})
    job = finished(lambda: labelling.look_version(LOCAL, messages.reference))
    assert job.result["made"]["labels"] == 1
    assert datasets.preview(LOCAL, job.result["reference"], limit=1).rows[0][1] == "广告"
    assert [(item.row, item.by) for item in labelling.history(LOCAL, messages.reference)] == [(0, "local")]
