"""The staff's pages, the public page, downloads, another currency, two claims side by side."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.claims.models import Claim
from livingroom.claims.operations import make_claim, publish_claim
from livingroom.claims.pages import comparison_sentence, in_currency
from tests.attribution.scene import DAY, NOON

NOW = NOON + 30 * DAY
MOST_QUERIES = 14


@pytest.fixture
def claim(programme, maya):
    return make_claim(staff=maya, title="June", first_on=date(2009, 6, 1), last_on=date(2009, 6, 30), now=NOW)


def test_an_empty_list_says_what_to_do(signed_in, scene):
    page = signed_in.get("/claims/")

    assert "Make the first claim" in page.content.decode()


def test_a_claim_is_made_in_the_form(signed_in, programme):
    shown = signed_in.get("/claims/new/")
    assert shown.context["form"].initial == {"first": "2009-06", "last": "2009-06"}

    made = signed_in.post(
        "/claims/new/", {"title": "Our June", "first": "2009-06", "last": "2009-06", "margin": "17.5"}
    )

    assert made.status_code == 302
    assert made["Location"] == "/claims/our-june/"
    assert Claim.objects.get().margin == pytest.approx(0.175)
    page = signed_in.get("/claims/our-june/").content.decode()
    assert "touched orders worth 1 K USD to 1.45 K USD" in page
    assert "What is not known" in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"title": "", "first": "2009-06", "last": "2009-06"}, "This field is required"),
        ({"title": "x", "first": "June", "last": "2009-06"}, "Write a month such as 2009-06"),
        ({"title": "x", "first": "2009-07", "last": "2009-06"}, "lies before the first"),
        ({"title": "x", "first": "2009-06", "last": "2009-06", "margin": "500"}, "less than or equal to 100"),
    ],
)
def test_what_is_wrong_with_the_form_is_said(signed_in, programme, answers, said):
    page = signed_in.post("/claims/new/", answers)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Claim.objects.exists()


def test_an_empty_house_says_that_nothing_was_measured(signed_in, scene):
    page = signed_in.post("/claims/new/", {"title": "x", "first": "2009-06", "last": "2009-06"})

    assert "No order was measured yet" in page.content.decode()


def test_an_analyst_reads_but_does_not_make(client, lee, claim):
    client.force_login(lee, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/claims/june/").status_code == 200
    assert "Next version" not in client.get("/claims/june/").content.decode()
    assert client.get("/claims/new/").status_code == 403
    assert client.post("/claims/june/revise/").status_code == 403
    assert client.post("/claims/june/publish/").status_code == 403
    assert client.post("/claims/bring/").status_code == 403


def test_outsiders_see_only_what_was_published(client, claim, maya):
    paths = ("/c/june/", "/c/june/claim.pdf", "/c/june/claim.json")
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert client.get("/claims/june/").status_code == 302

    publish_claim(staff=maya, claim=claim, now=NOW)

    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    page = client.get("/c/june/").content.decode()
    assert "touched orders worth" in page
    assert "Next version" not in page


def test_downloads_carry_the_claim(signed_in, claim):
    pdf, told = signed_in.get("/claims/june/v1/claim.pdf"), signed_in.get("/claims/june/v1/claim.json")

    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Disposition"] == 'attachment; filename="june-v1.pdf"'
    assert json.loads(told.content)["digest"] == claim.versions.get().digest
    assert signed_in.get("/claims/june/v1/claim.doc").status_code == 404
    assert signed_in.get("/claims/june/v2/claim.pdf").status_code == 404


def test_publishing_and_withdrawing(signed_in, claim):
    signed_in.post("/claims/june/publish/")
    assert Claim.objects.get().is_public

    signed_in.post("/claims/june/publish/", {"public": "no"})
    assert not Claim.objects.get().is_public


def test_the_next_version_shows_what_changed(signed_in, claim, programme):
    programme.refund(programme.c, 400_00, NOON + 40 * DAY)
    programme.measure(now=NOON + 41 * DAY)

    signed_in.post("/claims/june/revise/")

    page = signed_in.get("/claims/june/").content.decode()
    assert "1 order worth less (−400 USD)" in page
    assert "ceiling › revenue" in page
    old = signed_in.get("/claims/june/v1/").content.decode()
    assert "There is a newer version." in old


def test_making_it_again_without_news_says_so(signed_in, claim):
    page = signed_in.post("/claims/june/revise/", follow=True)

    assert "Nothing has changed since the last version" in page.content.decode()


def test_another_currency_at_the_rate_of_the_periods_end(signed_in, claim):
    page = signed_in.get("/claims/june/?currency=EUR").content.decode()

    # 1.4134 dollars a euro on 30 June 2009.
    assert "1,025.9" in page
    assert "30 Jun 2009" in page
    assert "The claim itself is made in USD" in page


def test_an_unknown_currency_leaves_it_as_it_is(signed_in, claim):
    page = signed_in.get("/claims/june/?currency=XXY").content.decode()

    assert "1,450.00" in page


def test_turning_a_currency_turns_money_only(claim):
    document = claim.versions.get().document

    turned, _ = in_currency(document, date(2009, 6, 30), "JPY")

    before, after = document["figures"], turned["figures"]
    assert after["ceiling"]["n_orders"] == before["ceiling"]["n_orders"]
    assert after["return"]["break_even"] == before["return"]["break_even"]
    assert after["return"]["margin"] == before["return"]["margin"]
    assert [p["incrementality"] for p in after["return"]["line"]] == [
        p["incrementality"] for p in before["return"]["line"]
    ]
    assert after["ceiling"]["revenue_minor"] == pytest.approx(1_450 * 135.51 / 1.4134, abs=2)
    assert document["terms"]["currency"] == "USD"


def test_two_claims_stand_side_by_side(signed_in, claim, maya):
    make_claim(staff=maya, title="July", first_on=date(2009, 7, 1), last_on=date(2009, 7, 31), now=NOW)

    assert signed_in.get("/claims/compare/").status_code == 200
    page = signed_in.get("/claims/compare/?a=june&b=july").content.decode()

    assert "only their evidence compares" in page
    assert signed_in.get("/c/june/beside/july/").status_code == 404


def test_equal_evidence_with_opposite_results_is_said():
    def told(ceiling, left):
        figures = {"ceiling": {"revenue_minor": ceiling}, "return": {"contribution_minor": {"value": left}}}
        return {"terms": {"currency": "USD"}, "figures": figures}

    assert "results are opposite" in comparison_sentence(told(320, 12), told(322, -6))
    assert comparison_sentence(told(320, 12), told(322, 6)) == "Their evidence is equal."
    assert "differ already" in comparison_sentence(told(320, 12), told(100, -6))


def test_a_file_is_brought_through_the_page(signed_in, claim):
    told = signed_in.get("/claims/june/v1/claim.pdf").content

    page = signed_in.post("/claims/bring/", {"file": SimpleUploadedFile("june.pdf", told)}, follow=True)
    wrong = signed_in.post("/claims/bring/", {"file": SimpleUploadedFile("x.json", b"{}")}, follow=True)

    assert "shown as it was brought" in page.content.decode()
    assert "holds no claim" in wrong.content.decode()
    assert Claim.objects.count() == 2


def test_a_page_asks_little_of_the_database(signed_in, claim):
    for path in ("/claims/", "/claims/june/", "/claims/new/"):
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(path)
        assert len(asked) <= MOST_QUERIES, path
