"""Cells that a spreadsheet would take for a formula."""

import io

import pytest

from inkstone.backend.service.csv_safety import neutralise, write_csv


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_neutralised(cell):
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["text", "-5", "+3.2e4", "", None, -5, 1.5, "a=b"])
def test_everything_else_stays(cell):
    assert neutralise(cell) == cell


def test_a_file_is_written_with_safe_cells():
    file = io.StringIO()
    write_csv(file, ["text", "=x"], [["@a", 1]])
    assert file.getvalue() == "text,'=x\r\n'@a,1\r\n"
