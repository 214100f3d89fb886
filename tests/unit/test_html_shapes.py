"""What becomes of the shapes of HTML pages that Markdown does not have, and of what surrounds their text."""

import pytest

from assistant.ingestion.loaders.html_text import html_fragment

TEXT = "This is the text of the page, which is long enough to be more than what stands around it, and then some."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<dl><dt>Term</dt><dd> Means it. More.</dd></dl>", "Term: Means it. More."),
        ("<dl><dt>A <b>term</b>:</dt><dd><p>One.</p><p>Two.</p></dd></dl>", "A term: One.\n\nTwo."),
        ("<dl><dt>Is it?</dt><dd><p>Yes.</p></dd></dl>", "Is it?\n\nYes."),
        ("<dl><dt>On</dt><dt>Off</dt><dd>Switches.</dd><dd>Or not.</dd></dl>", "On\n\nOff: Switches.\n\nOr not."),
        ("<dl><dt>Kinds</dt><dd><ul><li>a</li><li>b</li></ul></dd></dl>", "Kinds\n\n- a\n- b"),
        ("<dl><dt>Outer</dt><dd>Says: <dl><dt>Inner</dt><dd>It.</dd></dl></dd></dl>", "Outer: Says:\n\nInner: It."),
        ("<dl><div><dt>Term</dt><dd>Means it.</dd></div></dl>", "Term: Means it."),
        ("<p>10<sup>2</sup> m<sup>2</sup>, the 2<sup>nd</sup></p>", "10^2 m^2, the 2nd"),
        ("<p>A claim<sup><a href='#n'>[1]</a></sup>.</p>", "A claim."),
        ("<p>Costs <del>10</del> 8 euros.</p>", "Costs  8 euros."),
        ("<blockquote><p>Quoted.</p></blockquote>", "Quoted."),
        ("<details><summary>How?</summary><p>Hold it.</p></details>", "How?\n\nHold it."),
        ("<p>One.</p><hr><p>Two.</p>", "One.\n\nTwo."),
        ("<table><tr><td><p>Only a box.</p></td></tr></table>", "Only a box."),
        ("<p>Press <kbd>Ctrl</kbd>+<kbd>C</kbd>.</p>", "Press Ctrl+C."),
        ("<h2>Head<a class='anchor' href='#h'>#</a></h2>", "## Head"),
    ],
)
def test_shapes_become_text(markup: str, text: str) -> None:
    assert html_fragment(markup) == text


def test_lists_in_cells_are_one_text() -> None:
    listed = "<ul><li>red<ol><li>dark</li></ol></li><li>It ends.</li><li>blue</li></ul>"
    page = f"<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td>Either {listed}</td></tr></table>"
    assert html_fragment(page).split("\n")[-1].replace("  ", " ") == "| x | Either red dark; It ends. blue |"


@pytest.mark.parametrize(
    "furniture",
    [
        "<div class='breadcrumb'><a>Home</a> &gt; <a>Docs</a></div>",
        "<div id='cookie-consent'>We use cookies.</div>",
        "<div class='site-cookie-banner'>We use cookies.</div>",
        "<a class='skip-link' href='#main'>Skip to main content</a>",
        "<span class='sr-only'>Opens in a new window</span>",
        "<p style='color: red; display: none'>Hidden.</p>",
        "<div class='on-this-page'><h2>On this page</h2><ul><li>X</li></ul></div>",
        "<p class='x'><a href='a'>Prev</a> | <a href='b'>Up</a> | <a href='c'>Next</a></p>",
        "<a rel='next' href='c'>Next page</a>",
        "<table><tr><td><a accesskey='p' href='a'>Prev</a></td><td><a href='c'>Next</a></td></tr></table>",
        "<div class='pagination'>1 2 3</div>",
        "<textarea>Your words</textarea>",
    ],
)
def test_furniture_goes(furniture: str) -> None:
    assert html_fragment(f"{furniture}<p>{TEXT}</p>") == TEXT


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<div class='pager'>{TEXT}</div><p>More.</p>", f"{TEXT}\n\nMore."),
        ("<div class='cookies'>Flour, butter, sugar.</div><p>Bake.</p>", "Flour, butter, sugar.\n\nBake."),
        ("<h2><a href='x'>Next</a></h2><p>Goes on.</p>", "## Next\n\nGoes on."),
        ("<p>Press <a href='n'>Next</a> to go on.</p>", "Press Next to go on."),
        ("<div class='recipe-cookies'>Flour.</div>", "Flour."),
        ("<p><a href='up'>Home and contents</a></p>", "Home and contents"),
    ],
)
def test_text_that_looks_like_furniture_stays(markup: str, text: str) -> None:
    assert html_fragment(markup) == text
