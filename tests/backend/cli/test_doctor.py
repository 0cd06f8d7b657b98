"""``doctor`` and the commands that look into datasets."""

ROWS = 60


def write(path, *, extra=()):
    lines = [f"message number {n} about thing {n * 7919 % 1000},{'ab'[n % 2]}" for n in range(ROWS)]
    path.write_text("text,label\n" + "\n".join([*lines, lines[3], *extra]) + "\n", "utf-8")
    return path


def test_a_file_is_examined_and_nothing_kept(inkstone, tmp_path):
    path = write(tmp_path / "mail.csv")
    code, found = inkstone.json("doctor", path)
    assert code == 0
    finding = next(item for item in found["findings"] if item["code"] == "doctor.duplicates")
    assert finding["rows"] == [ROWS]
    assert "drop" not in finding["fix"]
    assert found["version"] is None
    assert inkstone.json("datasets")[1] == []
    assert "--fix duplicates" in inkstone("doctor", path).out


def test_fixes_make_a_new_version(inkstone, tmp_path):
    path = write(tmp_path / "mail.csv")
    code, found = inkstone.json("doctor", path, "--fix", "duplicates")
    assert (code, found["version"]["reference"], found["version"]["rows"]) == (0, "dataset:mail@2", ROWS)
    codes = {item["code"] for item in inkstone.json("doctor", "mail")[1]["findings"]}
    assert codes <= {"doctor.mislabelled"}
    result = inkstone("doctor", "mail", "--fix", "magic")
    assert result.code == 2
    assert "dataset.no_such_fix" in result.err


def test_overlap_with_another_file_is_found(inkstone, tmp_path):
    train, test = write(tmp_path / "train.csv"), tmp_path / "test.csv"
    test.write_text("text,label\nmessage number 8 about thing 352,a\nsomething else,b\n")
    found = inkstone.json("doctor", train, "--test", test)[1]["findings"]
    assert found[0]["code"] == "doctor.overlap_test"


def test_a_part_with_other_columns_is_compared_by_its_text(inkstone, tmp_path):
    train, test = write(tmp_path / "train.csv"), tmp_path / "test.csv"
    test.write_text("number,title\n1,message number 8 about thing 352\n2,something else altogether\n")
    found = inkstone.json("doctor", train, "--test", test)[1]["findings"]
    assert (found[0]["code"], found[0]["count"]) == ("doctor.overlap_test", 1)


def test_what_is_wrong_is_told(inkstone, tmp_path):
    assert inkstone("doctor", "nothing").code == 4
    refused = inkstone("doctor", write(tmp_path / "a.csv"), "--label", "class")
    assert (refused.code, "dataset.unknown_column" in refused.err) == (2, True)


def test_datasets_are_profiled_exported_and_corrected(inkstone, tmp_path):
    inkstone("datasets", "import", write(tmp_path / "mail.csv", extra=["=cmd(),a"]))
    profile = inkstone.json("datasets", "profile", "mail")[1]
    assert profile["columns"][0]["duplicates"] == 1
    assert "a (31)" in inkstone("datasets", "profile", "mail").out
    assert inkstone("datasets", "export", "mail", tmp_path / "out.csv").code == 0
    assert (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[-1] == "'=cmd(),a"
    code, made = inkstone.json("datasets", "relabel", "mail", "0=b", "1=a=c")
    assert (code, made["version"], made["made"]["labels"]) == (0, 2, 2)
    entries = inkstone.json("datasets", "labels", "mail@1")[1]
    assert [(item["row"], item["labels"], item["by"]) for item in entries] == [
        (1, ["a=c"], "local"),
        (0, ["b"], "local"),
    ]
    assert inkstone("datasets", "relabel", "mail", "x=b").code == 2


def test_entities_are_marked(inkstone, tmp_path):
    inkstone("datasets", "import", write(tmp_path / "mail.csv"))
    code, made = inkstone.json("datasets", "mark", "mail", "0:0-7=thing", "1:none", "--only-marked")
    assert (code, made["rows"], made["version"]) == (0, 2, 2)
    assert "0-7=thing" in inkstone("datasets", "labels", "mail@1").out
    assert inkstone("datasets", "mark", "mail", "0:7=thing").code == 2
    assert "entities.out_of_range" in inkstone("datasets", "mark", "mail", "0:0-700=thing").err
