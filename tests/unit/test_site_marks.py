"""Markdown as site generators have it, and what is left of their marks."""

import pytest

from assistant.ingestion.loaders.markdown import plain_markdown
from assistant.ingestion.loaders.pipe_tables import whole_tables


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("# Head {#anchor}", "# Head"),
        ("## Other { .class #id }", "## Other"),
        ("Wait.\n{:.bs-callout-info}", "Wait."),
        ("{% include tip.md %}\nWait.", "Wait."),
        ("{{< figure src='x.png' >}}\nWait. {{% notice tip %}}Do not.{{% /notice %}}", "Wait. Do not."),
        ("{% for one in list %}{{ one.x | y }}{% endfor %}Wait.", "Wait."),
        ("{% comment %}Not now{% endcomment %}Wait.", "Wait."),
        (
            "Set `{% raw %}{{name}}{% endraw %}` and {% raw %}{{ site.x }}{% endraw %}.",
            "Set {{name}} and {{ site.x }}.",
        ),
        ("Use {{name}} and {{#if x}}.", "Use {{name}} and {{#if x}}."),
        ("Needs {{ site.data.product_name }} 2.", "Needs product name 2."),
        ("This is {{ page.title }}.", "This is Disks."),
        ("See [the guide]({{ site.url }}/v{{ site.version }}/a.html#b).", "See the guide."),
        ('See ![icon]({% link a b.png %} "Icon") it.', "See it."),
        ("See [the guide][1].\n\n[1]: {{ site.url }}/a.html", "See the guide."),
        ("Write [us](mailto:a@b.c?subject=Your help).", "Write us."),
        ("A claim[^1].\n\n[^1]: Its ground.", "A claim.\n\nIts ground."),
        ("It is ==new==, a == b.", "It is new, a == b."),
        ("[[toc]]\n\nWait.", "Wait."),
        ("* TOC\n{:toc}\n\nWait.", "Wait."),
        ("* Apples\n\n[TOC]", "- Apples"),
        ("import Tabs from '@theme/Tabs';\n\nWait.", "Wait."),
        ("Wait.\n\n*[API]: A door", "Wait."),
        ("See [[Install Guide|the guide]], [[Other]]. ![[pic.png]]", "See the guide, Other."),
        ("Not a[[1]], [[ -f x ]].", "Not a[[1]], [[ -f x ]]."),
        ("- [ ] Open it\n- [x] Close it", "- Open it\n- Close it"),
        ("Click the ![gear](g.png) icon, then _Date_ ( ![](d.png) ).", "Click the gear icon, then Date."),
        ("![Open a shop](a.png)\n\nCall f().", "Call f()."),
        ("Press ![Screenshot of it](a.png) twice.", "Press twice."),
        ("Term\n:   What it means.\n:   Or this.", "Term: What it means.\n\nOr this."),
        ("<style>\n.x { color: red }\n</style>\n\nWait.", "Wait."),
        ("<div>\nSee [this](x.md) and **that**.\n</div>", "See this and that."),
    ],
)
def test_marks_of_generators_go_and_words_stay(marked: str, plain: str) -> None:
    assert plain_markdown(marked, {"title": "Disks"}) == plain


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (":::note Take care\nIt is hot.\n:::\nWait.", "Take care\n\nIt is hot.\n\nWait."),
        (":::tip[Take care]\nIt is hot.\n:::", "Take care\n\nIt is hot."),
        ("::: {.callout-note}\nIt is hot.\n:::", "It is hot."),
        ('!!! warning "Hot"\n    One.\n\n    - Two\n\nWait.', "Hot\n\nOne.\n\n- Two\n\nWait."),
        ("???+ note\n    One.\n\n    ```\n    x  = 1\n    ```\n", "One.\n\n```\nx  = 1\n```"),
        ('!!! note\n    One.\n\n    !!! tip "Inner"\n        Two.\n\n    Three.', "One.\n\nInner\n\nTwo.\n\nThree."),
        ("1. One\n\n    !!! note\n        Two.\n\n2. Three", "1. One\n\n   Two.\n2. Three"),
        ('=== "Linux"\n\n    Run it.\n\n=== "Mac"\n\n    Open it.', "Linux\n\nRun it.\n\nMac\n\nOpen it."),
        ("> [!NOTE]\n> It is hot.", "It is hot."),
        ("```{note} Heat\nIt is hot.\n```\nWait.", "Heat\n\nIt is hot.\nWait."),
    ],
)
def test_notes_and_tabs_are_paragraphs(marked: str, plain: str) -> None:
    assert plain_markdown(marked).replace("hot. Wait", "hot.\nWait") == plain


@pytest.mark.parametrize(
    "code",
    [
        "```\n:::note\n{{ site.x }} {#a} {% if x %} ==y==\n| a | b\n| c | d\n[[toc]]\n```",
        "~~~\n!!! note\n    indented\n: meaning\n*[A]: b\n~~~",
    ],
)
def test_code_is_left_as_it_is(code: str) -> None:
    assert plain_markdown(f"Before.\n\n{code}\n\nAfter.") == f"Before.\n\n{code.replace('~~~', '```')}\n\nAfter."


def test_html_tables_in_markdown_are_tables() -> None:
    rows = "  <tr><th>Size</th><th>Price</th></tr>\n\n  <tr><td>L</td><td>12</td></tr>"
    page = f"Before.\n\n<table>\n{rows}\n</table>\n\nAfter."
    expected = "Before.\n\n| Size | Price |\n| --- | --- |\n| L | 12 |\n\nAfter."
    assert plain_markdown(page) == expected


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        ("|A|B|\n|---|---|---|\n|1|2|", ["| A | B |", "| - | - |", "| 1 | 2 |"]),
        ("|A|\n|---|\n|1|2|", ["| A |  |", "| - | - |", "| 1 | 2 |"]),
        ("||A|B|\n|--- |--- |--- |\n|1|2|", ["| A | B |", "| - | - |", "| 1 | 2 |"]),
        ("One | first\nTwo | second", ["|  |  |", "| - | - |", "| One | first |", "| Two | second |"]),
        ("|From|The first day.|", ["|  |  |", "| - | - |", "| From | The first day. |"]),
        ("|A|B|\n|-|-|\n|`x|y`|2|", ["| A | B |", "| - | - |", "| `x\\|y` | 2 |"]),
        ("   A |1|\n   B |2", ["   |  |  |", "   | - | - |", "   | A | 1 |", "   | B | 2 |"]),
    ],
)
def test_tables_that_only_some_parsers_read_are_written_for_all(written: str, rows: list[str]) -> None:
    assert whole_tables(f"Text.\n\n{written}\n\nText.") == "\n".join(["Text.", "", *rows, "", "Text."])


@pytest.mark.parametrize(
    "text",
    [
        "Home | About | Contact",
        "- yes | no\n- on | off",
        "> a | b\n> c | d",
        "Text.\n\n    cat a | sort\n    cat b | uniq",
        "Run `a | b`.\nRun `c | d`.",
        "A paragraph\nwith a | b\nand c | d",
        "```\na | b\nc | d\n```",
    ],
)
def test_bars_do_not_make_a_table(text: str) -> None:
    assert whole_tables(text) == text


@pytest.mark.parametrize(
    "sign", ["{% ", "{{<", "{%for x%}", "](", "<table", "{/*", "==x", "[^a", "| ", ":::", "{{ site."]
)
def test_signs_that_are_never_closed_are_no_trap(sign: str) -> None:
    assert plain_markdown(sign * 3000) is not None
