"""The pages of the stored questions."""

from flask.testing import FlaskClient
from tests.web.answers.conftest import show

from cstokg import Dataset, create_app, load_questions

HTML = {"Accept": "text/html"}
GUAM = "/ask/members-as-of-a-day?day=2000-07-01&organization=organization:guam"


def test_the_questions_are_listed_by_theme(site: FlaskClient) -> None:
    text = show(site, "/ask")
    assert all(f'href="/ask/{each.slug}"' in text for each in load_questions())
    assert text.count("<h2>") == len({each.theme for each in load_questions()})
    listed = site.get("/ask?format=json").get_json()["questions"]
    assert len(listed) == len(load_questions())
    members = next(each for each in listed if each["name"] == "members-as-of-a-day")
    assert [each["name"] for each in members["parameters"]] == ["day", "organization"]


def test_every_question_has_its_page(site: FlaskClient) -> None:
    for question in load_questions():
        text = show(site, f"/ask/{question.slug}")
        assert text.count("<h1>") == 1
        assert text.partition('class="asking"')[2].count("<label>") == len(question.parameters), (
            question.slug
        )


def test_an_answer_has_a_form_a_linked_table_and_its_sources(site: FlaskClient) -> None:
    text = show(site, GUAM)
    assert "<h1>Which states were members of GUAM on 1 July 2000" in text
    assert '<p class="lead">Azerbaijan (possibly), Georgia (possibly)' in text
    assert 'type="date" value="2000-07-01"' in text
    assert '<option value="organization:guam" selected>GUAM</option>' in text
    assert '<a href="/page/state/uzbekistan">Uzbekistan</a>' in text
    assert "/page/source/scepanovic-2024" in text
    assert "<summary>The query</summary>" in text


def test_a_value_is_never_markup(site: FlaskClient) -> None:
    text = show(site, "/ask/who-said-soft-alliance?phrase=<script>x</script>&asked=<b>q</b>")
    assert "<script>" not in text
    assert "<b>q" not in text
    assert "Nothing that was asked for" in text


def test_a_question_in_words_leads_to_its_answer(site: FlaskClient) -> None:
    answer = site.get("/ask?q=who was in GUAM in 2000?", headers=HTML)
    assert answer.status_code == 303
    text = show(site, answer.headers["Location"])
    assert "<q>GUAM</q> as <a" in text
    assert "<q>2000</q> as 1 July 2000" in text
    assert "Search for these words" in text
    # What was understood is in the form, which asks without the words.
    assert '<option value="organization:guam" selected>' in text


def test_a_question_in_words_is_answered_as_data_too(site: FlaskClient) -> None:
    answer = site.get("/ask?q=who was in GUAM in 2000?&format=json", follow_redirects=True)
    assert answer.get_json()["rows"][0]["state_label"] == "Azerbaijan"


def test_what_no_question_is_like_is_searched(site: FlaskClient) -> None:
    answer = site.get("/ask?q=naval turbines from Odesa", headers=HTML)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/search")
    assert "turbines" in show(site, answer.headers["Location"])


def test_a_question_that_is_too_long_is_refused(site: FlaskClient) -> None:
    assert site.get(f"/ask?q={'a' * 501}&format=json").status_code == 400


def test_the_first_page_leads_to_answers(site: FlaskClient) -> None:
    text = show(site, "/")
    assert 'href="/ask/members-as-of-a-day"' in text
    assert 'action="/ask"' in text


def test_the_parameters_are_described_for_programs(site: FlaskClient) -> None:
    described = site.get("/openapi.json").get_json()["paths"]["/ask/{name}"]["get"]["parameters"]
    day = next(each for each in described if each["name"] == "day")
    assert day["schema"] == {"type": "string", "format": "date"}
    assert "members-as-of-a-day" in day["description"]


def test_a_site_without_questions_has_an_empty_list(small_dataset: Dataset) -> None:
    client = create_app(small_dataset).test_client()
    assert client.get("/ask?format=json").get_json() == {"questions": []}
    assert client.get("/ask/members-as-of-a-day", headers=HTML).status_code == 404
    assert client.get("/search?q=alda&format=json").get_json()["questions"] == []


def test_a_search_groups_what_it_finds_and_marks_the_words(site: FlaskClient) -> None:
    text = show(site, "/search?q=Pashinyan February 2024")
    headings = [part.partition("<")[0] for part in text.split("<h2>")[1:]]
    assert headings[0] == "Questions"
    assert set(headings[1:]) == {"Statements", "Claims", "Things and events"}
    assert "<mark>Pashinyan</mark>" in text
    found = site.get("/search?q=Pashinyan February 2024&format=json").get_json()
    assert found["results"][0]["group"] == "statements"
    assert found["questions"][0]["name"] == "timeline-2022-to-2024"
