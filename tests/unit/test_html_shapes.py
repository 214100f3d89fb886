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
        ("<div class='note'><h3>Note</h3><p>Take <b>care</b>.</p></div>", "Note: Take care."),
        ("<div><p><b>Warning:</b></p><div><p>It is hot.</p></div></div>", "Warning: It is hot."),
        ("<h2>Notes</h2><h3>On heat</h3><p>It is hot.</p>", "## Notes\n\n### On heat\n\nIt is hot."),
        ("<div><div><p>Note</p></div></div><p>Goes on.</p>", "Note\n\nGoes on."),
        (
            "<p>Click <img src='s.png' alt='Save'>, or the icon (<img src='t.png' alt='x'> ).</p>",
            "Click Save, or the icon.",
        ),
        ("<p><img src='s.png' alt='A shop'> Open it.</p>", "Open it."),
        ("<ul><li><p><img src='s.png' alt='A'></p><p>Open it.</p></li></ul>", "- Open it."),
        ("<h2>Head<a class='anchor' href='#h'>#</a></h2>", "## Head"),
    ],
)
def test_shapes_become_text(markup: str, text: str) -> None:
    assert html_fragment(markup) == text


def test_lists_in_cells_are_one_text() -> None:
    listed = "<ul><li>red<ol><li>dark</li></ol></li><li>It ends.</li><li>blue</li></ul>"
    page = f"<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td>Either {listed}</td></tr></table>"
    assert html_fragment(page).split("\n")[-1] == "| x | Either red 1. dark; It ends. blue |"


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


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<h3><button aria-controls='a'>Is it?</button></h3><div id='a' hidden>Yes.</div>", "### Is it?\n\nYes."),
        ("<button aria-controls='a'>Is it?</button><div id='a' hidden>Yes.</div>", "Is it?\n\nYes."),
        (
            "<button class='accordion-button' data-bs-target='#a'>Your money</button>"
            "<div id='a' style='display:none'><p>Comes back.</p></div>",
            "Your money\n\nComes back.",
        ),
        ("<div role='tabpanel' hidden><p>Second tab.</p></div>", "Second tab."),
        ("<p>Press <span hidden id='default1'>Ctrl</span><span hidden id='mac1'>Cmd</span>+C.</p>", "Press Ctrl+C."),
        ("<p>It.</p><button aria-controls='a'>More</button><div id='a' hidden>Hidden.</div>", "It."),
        ("<p>It.</p><button aria-controls='a'>What now?</button><nav id='a'>Menu</nav>", "It."),
        ("<p>It.</p><h3><button aria-controls='b'>Is it?</button></h3>", "It."),
    ],
)
def test_what_opens_on_a_click_is_read(markup: str, text: str) -> None:
    assert html_fragment(markup) == text


def test_links_to_other_pages_at_the_end_go() -> None:
    links = "<div><p><b>Related Topics</b></p></div><div><p><a href='a'>Keys</a></p><p><a href='b'>Menus</a></p></div>"
    assert html_fragment(f"<p>{TEXT}</p>{links}") == TEXT
    assert html_fragment(f"<p>{TEXT}</p>{links}<p>And more.</p>").endswith(
        "Related Topics\n\nKeys\n\nMenus\n\nAnd more."
    )
    assert html_fragment(links) == "Related Topics\n\nKeys\n\nMenus"


def test_gaps_in_cells_close_and_code_keeps_its_own() -> None:
    page = "<table><tr><th> <p>Key</p></th><th>B</th></tr><tr><td><p>a</p><p>b</p></td><td></td></tr></table>"
    assert html_fragment(page) == "| Key | B |\n| --- | --- |\n| a b |  |"
    assert html_fragment("<pre>|  a   b |</pre>") == "```\n|  a   b |\n```"
