"""Events: numbered without gaps, readable while they are written, whole after a kill."""

from inkstone.backend.events import LogEvent, MetricEvent
from inkstone.backend.runtime.events_file import EventsFile, EventTail, Spool, read_events, run_folder
from inkstone.backend.runtime.reporter import Reporter
from inkstone.components.texts import text


def log(number: int) -> LogEvent:
    return LogEvent(message=text(f"第 {number} 行", f"line {number}"))


def test_numbers_go_on_after_a_line_was_cut_off(inkstone_home):
    folder = run_folder("r")
    writer = EventsFile(folder)
    for number in range(3):
        writer.append(log(number), durable=True)
    writer.close()
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b'{"seq":4,"time":1.0,"node":null,"kind":"log","mess')
    assert [event.seq for event in read_events("r")] == [1, 2, 3]
    again = EventsFile(folder)
    again.append(log(9))
    again.close()
    assert [event.seq for event in read_events("r", after=2)] == [3, 4]
    assert read_events("r")[-1].message.en == "line 9"
    assert read_events("none") == []


def test_a_tail_gives_each_event_once_and_only_whole_ones(inkstone_home):
    writer = EventsFile(run_folder("r"))
    tail = EventTail("r")
    writer.append(log(1))
    assert [event.seq for event in tail.new()] == [1]
    assert tail.new() == []
    with (run_folder("r") / "events.jsonl").open("ab") as file:
        file.write(b'{"seq":2,')
    assert tail.new() == []
    writer.close()


def test_what_workers_report_is_read_by_time_and_nonsense_is_passed_over(inkstone_home, capsys):
    folder = run_folder("r")
    spool = Spool(folder)
    Reporter(folder, "a").metric("loss", float("nan"), step=1)
    Reporter(folder, "b").metric("loss", 0.5, step=1)
    (folder / "spool" / "c.jsonl").write_text("nonsense\n")
    found = spool.read()
    assert [(event.node, event.value) for event in found if isinstance(event, MetricEvent)] == [("a", None), ("b", 0.5)]
    assert "nonsense" in capsys.readouterr().err
    assert spool.read() == []
    Reporter(folder, "a").log("more")
    assert [event.kind for event in spool.read()] == ["log"]
    spool.clear()
    assert not list((folder / "spool").iterdir())
