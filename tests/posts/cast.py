"""The cast: Corner PC with Maya who writes, Ada who sets up, Ian who only looks, and two branches on the sandbox."""

from datetime import UTC, date, datetime, timedelta

from livingroom.branches.models import Branch
from livingroom.branches.operations import connect_branch
from livingroom.networks.models import SandboxAccount, SandboxPost
from livingroom.people.models import Staff
from livingroom.posts.delivery import deliver
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.operations import PostDraft, save_offer, save_post, schedule_placements
from livingroom.shared.models import Brand

# The sandbox has a clock of its own, so the tests' noon is now.
NOON = datetime.now(UTC).replace(second=0, microsecond=0)
SHOP = "shop.cornerpc.example"


def open_house() -> Brand:
    brand = Brand.current()
    brand.name, brand.destination_hosts = "Corner PC", SHOP
    brand.save()
    return brand


def staff(name: str = "Maya", role: str = Staff.Role.COMMUNITY_MANAGER) -> Staff:
    found = Staff.objects.filter(email=f"{name.lower()}@cornerpc.example").first()
    return found or Staff.objects.create_user(f"{name.lower()}@cornerpc.example", None, name=name, role=role)


def ada() -> Staff:
    return staff("Ada", Staff.Role.ADMIN)


def ian() -> Staff:
    return staff("Ian", Staff.Role.ANALYST)


def branch(name: str = "Outlet", *, connected: bool = True, **facts: object) -> Branch:
    slug = name.lower().replace(" ", "-")
    values = {
        "slug": slug,
        "network": "sandbox",
        "handle": f"{slug}.cornerpc",
        "purpose": "sales",
        "country": "US",
        "language": "en",
        "opened_on": date(2007, 6, 1),
        **facts,
    }
    made = Branch.objects.create(name=name, **values)
    if connected:
        connect_branch(staff=ada(), branch=made, answers={"handle": made.handle}, now=NOON)
    return made


def offer(**facts: object) -> Offer:
    values = {
        "name": "Winter 15",
        "kind": Offer.Kind.PERCENT,
        "percent": 15,
        "destination": f"https://{SHOP}/laptops",
        "starts_at": NOON - timedelta(days=1),
        "ends_at": NOON + timedelta(days=30),
        **facts,
    }
    return save_offer(staff=staff(), offer=Offer(**values), now=NOON)


def post(
    *branches: Branch, text: str = "15 % off with {code}: {link}", code_kind: str = "shared", **facts: object
) -> Post:
    draft = PostDraft(
        title=str(facts.pop("title", "Winter is here")),
        text=text,
        offer=facts.pop("offer", None) or Offer.objects.first() or offer(),
        code_kind=code_kind,
        branches=tuple(branches),
        **facts,
    )
    return save_post(staff=staff(), draft=draft, now=NOON)


def placement(*branches: Branch, due_at: datetime = NOON, **facts: object) -> Placement:
    """A placement that is promised for `due_at`."""
    made = post(*(branches or (branch(),)), **facts)
    rows = schedule_placements(
        staff=staff(), due={row.pk: due_at for row in made.placements.all()}, now=NOON - timedelta(hours=1)
    )
    return rows[0]


def deliver_at(of: Placement, at: datetime) -> Placement | None:
    """Deliver as if it took no time, however slow the machine is that runs the tests."""
    return deliver(of.pk, at, clock=lambda: at)


def account(of: Branch) -> SandboxAccount:
    return SandboxAccount.objects.get(handle=of.handle)


def on_network(of: Placement) -> int:
    """How often the placement stands on the sandbox."""
    return SandboxPost.objects.filter(key=of.delivery_key).count()
