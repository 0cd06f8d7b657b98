"""Whatever bytes come, a table or an error that a user understands; never anything else."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from inkstone.components.data.reading import read_table
from inkstone.components.errors import InkstoneError

pieces = st.sampled_from(
    [
        "text",
        "label",
        ",",
        "\t",
        ";",
        "|",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        "{",
        "}",
        "[",
        "]",
        ":",
        "1",
        "null",
        " ",
        "中文",
        "é",
        "\ufeff",
        "\0",
        "a" * 40,
    ]
)
texts = st.lists(pieces, max_size=60).map("".join)
encodings = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "gb18030", "utf-8-sig"])
starts = st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"[{", b'{"a":', b"\xff\xfe", b"\xef\xbb\xbf"])
contents = st.one_of(
    st.builds(lambda text, encoding: text.encode(encoding), texts, encodings),
    st.builds(lambda start, rest: start + rest, starts, st.binary(max_size=200)),
)


@settings(max_examples=400)
@given(contents, st.sampled_from(["a.csv", "a.tsv", "a.json", "a"]))
def test_a_table_or_a_clear_error(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        try:
            info = read_table(path, name, Path(folder) / "table")
        except InkstoneError as error:
            assert error.message("zh") and error.message("en")
            assert not (Path(folder) / "table").exists()
        else:
            assert info.rows > 0
            names = [column.name for column in info.columns]
            assert len(set(names)) == len(names)
