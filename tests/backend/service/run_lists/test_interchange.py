"""Runs to MLflow and TensorBoard and back; a stranger's store is read and nothing of it is run."""

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from inkstone.backend.events import LogEvent
from inkstone.backend.runtime.events_file import EventsFile, run_folder
from inkstone.backend.service import run_details, run_log, run_organising, run_search
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.comparing.table import compare
from inkstone.backend.service.interchange import complete, exporting, importing
from inkstone.backend.service.interchange.mlflow_reading import read
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Run
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import text

EVIL = "<script>alert(1)</script> ../../{name}"


@pytest.fixture
def exported(make_run, tmp_path: Path) -> tuple[str, Path]:
    run = make_run(
        EVIL,
        figures={"test/macro_f1": 0.75, "test/<b>": None},
        params={"c": 0.5, "words": "两行\n<i>"},
        curve=[1.0, None, 0.25],
    )
    run_organising.tag(LOCAL, [run], ["<u>好</u>"], [])
    return run, exporting.export(LOCAL, [run], "mlflow", tmp_path / "runs.zip")


def test_a_run_comes_back_from_its_own_export_as_it_was(exported) -> None:
    run, path = exported
    found = importing.import_mlflow(LOCAL, path)
    assert (len(found.runs), found.known) == (1, 0)
    assert importing.import_mlflow(LOCAL, path).known == 1
    here = found.runs[0]
    facts = complete.facts(LOCAL, [run, here])
    assert facts[here]["params"]["mlflow.train.c"] == 0.5
    assert facts[here]["figures"]["mlflow"]["test/macro_f1"] == 0.75
    assert facts[here]["figures"]["mlflow"]["test/_b_"] is None
    curves = {(item.node, item.name): item.points for item in run_details.metrics(LOCAL, here)}
    assert [point[:2] for point in curves["mlflow", "train/loss"]] == [(0, 1.0), (1, None), (2, 0.25)]
    row = next(item for item in run_search.search(LOCAL, run_search.RunFilter(tags=["mlflow"])).rows)
    assert (row.run.name, row.run.state.value) == (EVIL, "SUCCEEDED")
    assert "mlflow.train.c" in {line.name for line in compare(LOCAL, [run, here]).lines}


def test_names_in_a_zip_lead_nowhere_else(exported) -> None:
    with zipfile.ZipFile(exported[1]) as archive:
        names = archive.namelist()
    assert all(name.startswith("mlruns/") and ".." not in name and "<" not in name for name in names)
    assert len(names) == len(set(names))


def test_figures_whose_names_clash_as_files_are_all_kept(make_run, tmp_path: Path) -> None:
    run = make_run(figures={"a": 1.0, "a/b": 2.0, "a/b/c": 3.0, "": 4.0, "..": 5.0})
    path = exporting.export(LOCAL, [run], "mlflow", tmp_path / "runs.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
        values = sorted(archive.read(name).split()[1] for name in archive.namelist() if "/metrics/" in name)
    assert values == [b"1.0", b"2.0", b"3.0", b"4.0", b"5.0"]


def test_event_files_hold_every_point(make_run, tmp_path: Path) -> None:
    run = make_run("运行/../x", figures={"test/macro_f1": 0.75}, curve=[1.0, None, 0.25])
    path = exporting.export(LOCAL, [run], "tensorboard", tmp_path / "runs.zip")
    with zipfile.ZipFile(path) as archive:
        name = archive.namelist()[0]
        content = archive.read(name)
    assert ".." not in name
    assert b"train/loss" in content
    assert b"test/macro_f1" in content


def test_a_store_that_mlflow_wrote_is_read(tmp_path: Path, home) -> None:
    store = tmp_path / "mlruns" / "12"
    folder = store / ("a" * 32)
    for name in ("params", "metrics/val", "tags", "artifacts"):
        (folder / name).mkdir(parents=True)
    (store / "meta.yaml").write_text("name: 实验\nexperiment_id: '12'\n", "utf-8")
    (folder / "meta.yaml").write_text(
        f"run_id: {'a' * 32}\nrun_name: 第一个\nstatus: 4\nstart_time: 1700000000000\nend_time: 1700000005000\n"
        "lifecycle_stage: active\n", "utf-8"
    )  # fmt: skip
    (folder / "params" / "lr").write_text("1e-3")
    (folder / "params" / "passwd").symlink_to("/etc/passwd")
    (folder / "metrics" / "val" / "f1").write_text(
        "1700000001000 0.5 1\n1700000002000 nan 2\nbroken\n1700000003000 inf 3\n"
    )
    (folder / "artifacts" / "model.pkl").write_bytes(b"cos\nsystem\n(S'touch /tmp/x'\ntR.")
    gone = store / ("b" * 32)
    gone.mkdir()
    (gone / "meta.yaml").write_text(f"run_id: {'b' * 32}\nlifecycle_stage: deleted\n")
    (store / "evil.yaml").write_text("!!python/object/apply:os.system ['true']")
    odd = store / ("c" * 32)
    odd.mkdir()
    (odd / "meta.yaml").write_text("!!python/object/apply:os.system ['true']")
    found = list(read(tmp_path / "mlruns"))
    assert [(item.name, item.experiment, item.status, item.params) for item in found] == [
        ("第一个", "实验", "FAILED", {"lr": "1e-3"})
    ]
    assert [point[1:3] for point in found[0].metrics()] == [(0.5, 1), (None, 2), (None, 3)]
    made = importing.import_mlflow(LOCAL, tmp_path / "mlruns")
    assert complete.facts(LOCAL, made.runs)[made.runs[0]]["params"]["mlflow.lr"] == 0.001


def test_a_database_that_mlflow_wrote_is_read(tmp_path: Path, home) -> None:
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE experiments (experiment_id INTEGER, name TEXT);
            CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, status TEXT, start_time BIGINT,
                               end_time BIGINT, lifecycle_stage TEXT);
            CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
            CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
            CREATE TABLE metrics (key TEXT, value REAL, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN);
            INSERT INTO experiments VALUES (1, 'e');
            INSERT INTO runs VALUES ('u1', 'r', 1, 'FINISHED', 1700000000000, 1700000001000, 'active');
            INSERT INTO runs VALUES ('u2', 'r', 1, 'FINISHED', 1700000000000, 1700000001000, 'deleted');
            INSERT INTO params VALUES ('lr', '3', 'u1');
            INSERT INTO tags VALUES ('mlflow.note.content', 'said', 'u1'), ('team', 'x', 'u1');
            INSERT INTO metrics VALUES ('f1', 0.5, 1700000000500, 'u1', 1, 0), ('f1', 0, 1700000000600, 'u1', 99999999999, 1);
            """
        )
    db.close()
    made = importing.import_mlflow(LOCAL, path)
    with session() as opened:
        run = opened.get_one(Run, made.runs[0])
        assert (run.note, run.state, run.launcher) == ("said", "SUCCEEDED", "import")
    assert run_details.metrics(LOCAL, made.runs[0])[0].points[0][:2] == (1, 0.5)


def test_what_is_no_store_is_refused_and_leaves_nothing(tmp_path: Path, home, people: dict[str, Actor]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.txt").write_text("hello")
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../../mlruns/1/meta.yaml", "name: x")
    for name, code in (
        ("empty", "interchange.not_mlflow"),
        ("x.txt", "interchange.not_mlflow"),
        ("broken.db", "interchange.not_mlflow"),
        ("other.db", "interchange.not_mlflow"),
        ("out.zip", "path.outside"),
        ("absent", "upload.missing"),
    ):
        with pytest.raises(InkstoneError) as refused:
            importing.import_mlflow(LOCAL, tmp_path / name)
        assert refused.value.code == code
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        importing.import_mlflow(people["vic"], tmp_path / "empty")
    assert run_search.search(LOCAL, run_search.RunFilter()).total == 0
    assert not list((home / "cache").glob("mlflow-*"))


def test_an_unknown_format_and_unknown_runs_are_refused(make_run, tmp_path: Path) -> None:
    run = make_run()
    for given, code in (
        (([run], "pickle"), "interchange.bad_format"),
        (([], "mlflow"), "compare.nothing"),
        ((["ffff"], "mlflow"), "runs.unknown"),
    ):
        with pytest.raises(InkstoneError) as refused:
            exporting.export(LOCAL, *given, tmp_path / "x.zip")
        assert refused.value.code == code
        assert not (tmp_path / "x.zip").exists()


def test_the_log_is_searched_by_level_words_and_node(make_run) -> None:
    run = make_run()
    file = EventsFile(run_folder(run))
    for level, zh, en, node in (
        ("debug", "细节", "Detail", None), ("info", "读到 <b>10</b> 行", "Read 10 rows", "read"),
        ("warning", "类别太少", "Few classes", "train"), ("error", "失败", "Failed", "train"),
    ):  # fmt: skip
        file.append(LogEvent(level=level, message=text(zh, en), node=node), False)
    file.close()
    assert run_log.lines(LOCAL, run).total == 3
    assert [item.message.en for item in run_log.lines(LOCAL, run, level="warning").lines] == ["Few classes", "Failed"]
    assert run_log.lines(LOCAL, run, words="<B>10").total == 1
    assert run_log.lines(LOCAL, run, words="ROWS", language="zh").total == 0
    assert run_log.lines(LOCAL, run, words="train").total == 2
    newest = run_log.lines(LOCAL, run, level="debug", limit=1)
    assert (len(newest.lines), newest.total, newest.lines[0].level) == (1, 4, "error")
    with pytest.raises(InkstoneError, match=r"runs\.bad_level"):
        run_log.lines(LOCAL, run, level="loud")
    assert json.loads(newest.model_dump_json())["total"] == 4
