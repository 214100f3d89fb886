from pathlib import Path

import pytest

from assistant.shipped import shipped_folder
from assistant.template_checks import SAMPLES, check_templates, summarise
from assistant.templates import Templates

SHIPPED = shipped_folder("prompts")


def test_the_templates_shipped_are_right_and_every_variable_has_a_sample() -> None:
    assert check_templates(None, SHIPPED) == []
    read = {name for one in summarise(None, SHIPPED) for name in one.variables}
    assert read <= set(SAMPLES)
    assert {one.name for one in summarise(None, SHIPPED)} == set(Templates([SHIPPED]).paths())


@pytest.mark.parametrize(
    ("file", "text", "problem", "words"),
    [
        ("abstain.md.j2", "one\n{% if %}", "cannot be rendered", "line 2"),
        ("abstain.md.j2", "{{ assistant_nane }}", "unknown variable", "assistant_nane is not given"),
        ("abstain.md.j2", "{# only a note #}", "empty", "says nothing"),
        ("abstain.md.j2", "{{ 1 / 0 }}", "cannot be rendered", "division by zero"),
        ("abstain.md.j2", "{{ assistant_name.__class__ }}", "cannot be rendered", "unsafe"),
        ("abstain.md.j2", b"\xff", "cannot be rendered", "utf-8"),
        ("waiting.md.j2", "{% if position > 5 %}{{ place }}{% endif %}", "unknown variable", "place"),
        (
            "waiting.md.j2",
            "{% if position > 5 %}{{ position.next }}{% else %}1{% endif %}",
            "cannot be rendered",
            "next",
        ),
        ("answer.user.md.j2", "{{ question }} {{ delimiter }}", "missing variable", "passages"),
        ("answer.system.md.j2", "{{ question }}", "unknown variable", "question"),
        ("condense.user.md.j2", "{{ history[3].text }} {{ question }}", "cannot be rendered", "no element 3"),
        ("examples.md.j2", "How long can I return it?", "no question", "- "),
        ("abstein.md.j2", "No idea.", "used nowhere", "did you mean abstain.md.j2?"),
        ("abstain.md", "No idea.", "used nowhere", "did you mean abstain.md.j2?"),
        ("style.md.j2", "Dear customer", "used nowhere", "nothing asks for style.md.j2"),
    ],
)
def test_a_wrong_template_is_found(tmp_path: Path, file: str, text: str | bytes, problem: str, words: str) -> None:
    (tmp_path / file).write_bytes(text.encode() if isinstance(text, str) else text)
    (finding,) = check_templates(tmp_path, SHIPPED)
    assert (finding.problem, finding.path) == (problem, str(tmp_path / file))
    assert words in finding.detail


def test_notes_and_what_others_include_are_no_strays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".draft").write_text("notes")
    (tmp_path / "style.md.j2").write_text("Dear customer of {{ assistant_name }},")
    (tmp_path / "abstain.md.j2").write_text("{% include 'style.md.j2' %} we do not know.")
    assert check_templates(tmp_path, SHIPPED) == []
    summary = next(one for one in summarise(tmp_path, SHIPPED) if one.name == "abstain")
    assert (summary.replaces_shipped, summary.variables) == (True, ("assistant_name",))


def test_a_template_that_only_the_leads_rules_name_is_checked_like_the_others(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("then: {action: offer_human, words: night_shift}")
    night = tmp_path / "night_shift.md.j2"
    night.write_text("{{ assistant_name }} sleeps.")
    assert check_templates(tmp_path, SHIPPED) == []
    night.write_text("{{ name_of_assistant }} sleeps.")
    assert [one.problem for one in check_templates(tmp_path, SHIPPED)] == ["unknown variable"]


def test_a_lead_may_use_whatever_a_turn_gives(tmp_path: Path) -> None:
    text = "{{ assistant_name }} {{ question }} {{ passages|length }} {{ delimiter }} {{ tone }} {{ history|length }}"
    (tmp_path / "answer.user.md.j2").write_text(text)
    assert check_templates(tmp_path, SHIPPED) == []
