import pytest
from hypothesis import given
from hypothesis import strategies as st

from livingroom.measure.words.terms import Term, Terms

TERMS = Terms(
    [
        Term("laptop", ("XPS 13", "xps13")),
        Term("brand", ("Dell", "デル", "戴尔", "델")),
        Term("outlet", ("Dell Outlet",)),
        Term("cafe", ("Café Löwe",)),
        Term("language", ("C++",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My DELL is fine", [("brand", "DELL")]),
        ("dellicious modell", []),
        ("(dell) dell's #dell @dell", [("brand", "dell")] * 4),
        ("the Dell Outlet, and a dell", [("outlet", "Dell Outlet"), ("brand", "dell")]),
        ("an xps 13 and an XPS13s", [("laptop", "xps 13")]),
        ("CAFE LOWE or Cafe\u0301 Lo\u0308we", [("cafe", "CAFE LOWE"), ("cafe", "Cafe\u0301 Lo\u0308we")]),
        ("我爱戴尔电脑", [("brand", "戴尔")]),
        ("デルのパソコン", [("brand", "デル")]),
        ("델은 좋아요 델", [("brand", "델"), ("brand", "델")]),
        ("ｄｅｌｌ in full width", [("brand", "ｄｅｌｌ")]),
        ("C++ or c++11", [("language", "C++"), ("language", "c++")]),
    ],
)
def test_a_term_is_found_as_a_whole_word_in_any_script(text, found):
    assert [(term.term, term.written) for term in TERMS.find(text)] == found


@given(st.text(alphabet="dDeElLéÉ ßİﬁx1+델デ", max_size=40))
def test_a_place_always_points_at_what_is_written(text):
    for term in TERMS.find(text):
        assert text[term.start : term.end] == term.written


def test_a_spelling_without_a_letter_is_refused():
    with pytest.raises(ValueError, match="no letter and no digit"):
        Terms([Term("nothing", ("!!",))])


def test_no_terms_find_nothing():
    assert Terms([]).find("anything at all") == ()
