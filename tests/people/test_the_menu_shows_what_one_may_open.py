import pytest

from livingroom.people.models import Staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "is_shown"), [("admin", True), ("manager", True), ("agent", False), ("analyst", False)]
)
def test_customers_stand_in_the_menu_of_those_who_may_see_people(client, role, is_shown):
    client.force_login(Staff.objects.create_user("eva@cornerpc.example", None, name="Eva", role=role))

    page = client.get("/overview/").content.decode()

    assert ('href="/customers/"' in page) == is_shown
    assert 'href="/segments/"' in page


def test_moving_ideas_is_offered_to_those_who_may(client):
    client.force_login(Staff.objects.create_user("eva@cornerpc.example", None, name="Eva", role="agent"))

    page = client.get("/desk/ideas/all/").content.decode()

    assert "/desk/ideas/moving/" not in page
    assert "/desk/ideas/boards/" in page
