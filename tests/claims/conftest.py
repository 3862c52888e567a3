import pytest

from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON, Scene


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    return Scene()


@pytest.fixture
def maya(db):
    return Staff.objects.create_user(
        "maya@example.com", "a long password", name="Maya Lindqvist", role=Staff.Role.MANAGER
    )


@pytest.fixture
def lee(db):
    return Staff.objects.create_user(
        "lee@example.com", "a long password", name="Lee Nakamura", role=Staff.Role.ANALYST
    )


@pytest.fixture
def signed_in(client, maya):
    client.force_login(maya, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def programme(scene):
    """Brazil's A of 1,000 $ and C of 400 $, Canada's D of 50 $, an order nobody knows about, and what it cost."""
    scene.brazil = scene.branch()
    scene.canada = scene.branch("Deals Canada", country="CA", network="sandbox")
    placement = scene.placement(scene.brazil)
    click = scene.click(placement, NOON - DAY)
    scene.a = scene.order(
        codes=[scene.code(placement)], click_id=click, amount=1_000_00, goods=600_00, discount=100_00
    )
    scene.c = scene.order(click_id=scene.click(placement, NOON - HOUR), amount=400_00, goods=200_00)
    scene.d = scene.order(codes=[scene.code(scene.placement(scene.canada))], amount=50_00, country="CA")
    scene.none = scene.order(amount=7_000_00)
    scene.cost(90_00, scene.brazil)
    scene.cost(10_00, kind="tools")
    scene.measure()
    return scene
