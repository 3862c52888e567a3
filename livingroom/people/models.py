from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.functional import cached_property


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        staff = self.model(email=self.normalize_email(email).lower(), **fields)
        staff.set_password(password)
        staff.save()
        return staff

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        return self.create_user(email, password, role=Staff.Role.ADMIN, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser, PermissionsMixin):
    """Somebody of the brand who signs in."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        MANAGER = "manager", "Manager"
        COMMUNITY_MANAGER = "community_manager", "Community manager"
        AGENT = "agent", "Agent"
        ANALYST = "analyst", "Analyst"
        GUEST = "guest", "Guest"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role, default=Role.ANALYST)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def known_scopes(self) -> list["StaffScope"]:
        """Where the role holds; an empty list is everywhere."""
        return list(self.scopes.all())

    @property
    def scope_text(self) -> str:
        return ", ".join(map(str, self.known_scopes)) or "every branch"


class StaffScope(models.Model):
    """A place where somebody's role holds. Without any it holds everywhere."""

    class Kind(models.TextChoices):
        BRANCH = "branch", "Branch"
        COUNTRY = "country", "Country"
        DIVISION = "division", "Division"

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="scopes")
    kind = models.CharField(max_length=8, choices=Kind)
    # Words, not a key: branches are a room above this one.
    value = models.CharField(
        max_length=60, help_text="A branch’s short name, a country’s two letters, a division."
    )

    class Meta:
        ordering = ["kind", "value"]
        constraints = [models.UniqueConstraint(fields=["staff", "kind", "value"], name="scope_named_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} {self.value}"


class Customer(models.Model):
    """A person who bought or spoke with us. What identifies them are handles; addresses are kept only as keyed hashes."""

    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=8, blank=True)
    first_seen_at = models.DateTimeField()
    first_order_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"Customer {self.pk}"


class Handle(models.Model):
    """One way we know a customer by: a shop's customer number, a hashed mail address, a name on a network."""

    class Kind(models.TextChoices):
        MAIL = "mail", "Mail address (keyed hash)"
        SHOP = "shop", "Customer number in a shop"
        NETWORK = "network", "Name on a network"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="handles")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=160)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="handle_is_one_customer")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


from livingroom.people.consents.models import Consent as Consent  # noqa: E402
from livingroom.people.erasure.models import ErasureReceipt as ErasureReceipt  # noqa: E402
from livingroom.people.erasure.models import Suppression as Suppression  # noqa: E402
from livingroom.people.identities import CustomerMerge as CustomerMerge  # noqa: E402 - they point at what is above
from livingroom.people.identities import MovedRow as MovedRow  # noqa: E402
from livingroom.people.importing.models import BadRow as BadRow  # noqa: E402
from livingroom.people.importing.models import CustomerImport as CustomerImport  # noqa: E402
from livingroom.people.importing.models import CustomerMapping as CustomerMapping  # noqa: E402
from livingroom.people.linking.models import LinkProposal as LinkProposal  # noqa: E402
from livingroom.people.members.models import Letter as Letter  # noqa: E402
from livingroom.people.members.models import Member as Member  # noqa: E402
from livingroom.people.members.models import SignInLetter as SignInLetter  # noqa: E402
from livingroom.people.retention.models import RetentionRun as RetentionRun  # noqa: E402
