"""`cstokg table`: printed, and written into a file."""

import json
from pathlib import Path

import openpyxl
from tests.cli.conftest import Run

PROJECT = Path(__file__).parents[2]
ASKED = ("table", "ArmsTransfer", "--involves", "state:belarus", "--involves", "Azerbaijan")


def test_a_table_is_printed_and_written_in_each_format(run: Run, tmp_path: Path) -> None:
    assert "involving Belarus and Azerbaijan: 6 rows" in run(*ASKED, project=PROJECT).stdout
    rows = json.loads(run(*ASKED, "--format", "json", project=PROJECT).stdout)["rows"]
    for name in ("csv", "xlsx", "json"):
        written = run(*ASKED, "-f", name, "-o", tmp_path / f"t.{name}", project=PROJECT)
        assert (written.exit_code, written.output) == (0, "")
    assert json.loads((tmp_path / "t.json").read_text("utf-8"))["rows"] == rows
    assert openpyxl.load_workbook(tmp_path / "t.xlsx")["Table"].max_row == len(rows) + 1
    table = (tmp_path / "t.csv").read_bytes()
    assert table.count(b"\r\n") == table.count(b"\n") == len(rows) + 1


def test_an_unknown_class_is_wrong_use_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    result = run("table", "ArmTransfer", "-o", tmp_path / "t.csv", project=PROJECT)
    assert result.exit_code == 2
    assert "ckg:ArmsTransfer" in result.stderr
    assert not list(tmp_path.iterdir())
