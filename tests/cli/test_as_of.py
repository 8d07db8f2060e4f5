import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from tests.cli.conftest import Run

PROJECT = Path(__file__).parents[2]


def test_the_table_is_for_people(run: Run) -> None:
    result = run("as-of", "2003-01-01", "--compare", "1995-01-01", project=PROJECT)
    first, heading, *_ = result.stdout.splitlines()
    assert first == "On 1 January 2003 six states are attested members of the CSTO"
    assert re.match(r"Who +On 1 January 2003 +On 1 January 1995 +Change +Why", heading)
    assert "https://" not in result.stdout


def test_csv_and_json_have_the_same_rows(run: Run) -> None:
    as_json = run("as-of", "--state", "state:kazakhstan", "--json", project=PROJECT)
    as_csv = run("as-of", "--state", "state:kazakhstan", "--format", "csv", project=PROJECT)
    assert list(csv.DictReader(StringIO(as_csv.stdout))) == json.loads(as_json.stdout)["rows"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["yesterday"], "'yesterday' is no day"),
        (["2003-01-01", "--of", "organization:guuam"], "organization:guam"),
        (["--known-by", "soon"], "known-by"),
    ],
)
def test_a_bad_parameter_is_wrong_use(run: Run, arguments: list[str], told: str) -> None:
    result = run("as-of", *arguments, project=PROJECT)
    assert result.exit_code == 2
    assert told in result.stderr


def test_the_network_is_printed_as_the_other_answers_are(run: Run) -> None:
    asked = ("network", "--day", "2003-01-01", "--compare", "2024-06-25", "--kinds", "membership")
    first, heading, *_ = run(*asked, project=PROJECT).stdout.splitlines()
    assert first == (
        "From 1 January 2003 to 25 June 2024: no bonds gained, none lost, six kept, six unclear"
    )
    assert re.match(r"Who +Bound to +As +On 1 January 2003 +On 25 June 2024 +Change", heading)
    as_json, as_csv = (run(*asked, "--format", name, project=PROJECT) for name in ("json", "csv"))
    assert list(csv.DictReader(StringIO(as_csv.stdout))) == json.loads(as_json.stdout)["rows"]
    refused = run("network", "--kinds", "tretay", project=PROJECT)
    assert refused.exit_code == 2
    assert "There are: membership, treaty" in refused.stderr
