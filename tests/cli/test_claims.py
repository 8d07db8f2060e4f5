"""`cstokg claims` over the project's own facts."""

import csv
import json
from io import StringIO
from pathlib import Path

from tests.cli.conftest import Run

PROJECT = Path(__file__).parents[2]


def test_json_and_csv_have_the_same_rows(run: Run) -> None:
    arguments = ("claims", "--about", "CSTO enlargement", "--by", "Tasmagambetov")
    rows = json.loads(run(*arguments, "--json", project=PROJECT).stdout)["rows"]
    table = run(*arguments, "--format", "csv", project=PROJECT).stdout
    assert list(csv.DictReader(StringIO(table))) == rows
    assert {row["speaker_label"] for row in rows} == {"Imangali Tasmagambetov"}


def test_an_unknown_speaker_is_wrong_use_with_the_nearest(run: Run) -> None:
    result = run("claims", "--by", "Pashinian", project=PROJECT)
    assert result.exit_code == 2
    assert "Nikol Pashinyan (person:nikol-pashinyan)" in result.stderr
    assert not result.stdout


def test_nothing_found_is_said(run: Run) -> None:
    result = run("claims", "--by", "Lukashenko", project=PROJECT)
    assert result.exit_code == 0
    assert result.stdout == "No claim by Alexander Lukashenko is in the sources\n"
