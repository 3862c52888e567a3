import pytest

from livingroom.ideas.text import html_of, plain_of


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='https://a.example' onclick='x()'>a</a>",
        "![tracker](https://spy.example/pixel.png)",
        "[x]: javascript:alert(1)\n[x]",
        "<svg/onload=alert(1)>",
        "&#x6A;avascript:alert(1) <j&#97;vascript:x>",
    ],
)
def test_nothing_of_it_runs_or_loads(text):
    found = html_of(text)

    for danger in ("<script", "<img", "<svg", "onclick=x", 'href="javascript', 'href="data', "<a href='"):
        assert danger not in found.lower()


def test_markdown_is_written_as_people_mean_it():
    found = html_of("**All** models\nand *more*:\n\n- one\n- two\n\n# No heading\n\n`x < y` ~~gone~~")

    assert "<strong>All</strong> models<br>" in found.replace(" />", ">")
    assert "<li>one</li>" in found
    assert "<h1" not in found
    assert "<code>x &lt; y</code>" in found
    assert "<s>gone</s>" in found


def test_links_vouch_for_nobody():
    assert 'rel="nofollow ugc noopener"' in html_of("[theirs](https://a.example/?a=1&b=2)")
    assert 'rel="nofollow ugc noopener"' in html_of("<https://a.example/>")


def test_plain_words_are_cut_at_a_space():
    assert plain_of("**All** models & more\n\n- one") == "All models & more one"
    assert plain_of("word " * 50, most=22) == "word word word word…"
