import pytest

from livingroom.branches.models import Host
from tests.posts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(db):
    cast.open_house()
    outlet = cast.branch("Outlet", connected=False, url="https://network.example/outlet")
    outlet.hosts.add(Host.objects.create(name="Ana Souza", initials="AS"))
    cast.branch("Brasil", connected=False, country="BR", language="pt-br", purpose="service")
    cast.branch("Care", connected=False, country="", purpose="service")
    closed = cast.branch("Old Corner", connected=False)
    closed.closed_on = closed.opened_on
    closed.save()


def test_anybody_sees_every_open_branch_and_its_people(client, doors):
    page = client.get("/").content.decode()

    assert all(
        name in page
        for name in ("Outlet", "Brasil", "Care", "Ana Souza", 'href="https://network.example/outlet"')
    )
    assert "Old Corner" not in page


def test_it_is_narrowed_without_a_script(client, doors):
    page = client.get("/", {"country": "BR"}).content.decode()

    assert "Brasil" in page
    assert "Outlet" not in page


def test_the_whole_world_is_a_place(client, doors):
    page = client.get("/", {"country": "world"}).content.decode()

    assert "Care" in page
    assert "Outlet" not in page


def test_nonsense_shows_everything_rather_than_an_error(client, doors):
    answer = client.get("/", {"country": "<script>", "purpose": "x"})

    assert answer.status_code == 200
    assert "Outlet" in answer.content.decode()


def test_nothing_fits_says_what_to_do(client, doors):
    assert "No place fits all of that" in client.get("/", {"q": "zeppelin"}).content.decode()


def test_it_takes_at_most_five_queries_however_many_there_are(client, doors, django_assert_max_num_queries):
    for number in range(40):
        branch = cast.branch(f"Branch {number}", connected=False, country="DE")
        branch.hosts.add(Host.objects.create(name=f"Host {number}", initials="H"))

    with django_assert_max_num_queries(5):
        client.get("/")


def test_an_empty_house_says_so(client, db):
    assert "We are just moving in" in client.get("/").content.decode()


def test_machines_read_the_same_directory(client, doors):
    rows = client.get("/api/branches", {"purpose": "service"}).json()

    assert sorted(row["name"] for row in rows) == ["Brasil", "Care"]
    assert "connection" not in rows[0]
    [outlet] = client.get("/api/branches", {"country": "US"}).json()
    assert outlet["hosts"] == [{"name": "Ana Souza", "initials": "AS"}]
