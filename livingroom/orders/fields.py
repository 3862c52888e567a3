"""Read the fields of one event or row, and say which one is wrong when one is."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from livingroom.orders import normalise
from livingroom.orders.facts import Unusable
from livingroom.shared.addresses import mail_hash
from livingroom.shared.money import TooManyDecimals, UnknownCurrency, decimals_of, to_minor

_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_WITH_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
LARGEST_MINOR = 10**15


class Fields:
    """Values by our names. `theirs` are the names the sender uses, which problems are told in."""

    def __init__(
        self,
        values: Mapping[str, object],
        *,
        theirs: Mapping[str, str] | None = None,
        decimal_comma: bool = False,
        date_format: str = "",
        time_zone: str = "UTC",
    ) -> None:
        self._values = values
        self._theirs = theirs
        self._decimal_comma = decimal_comma
        self._date_format = date_format
        self._time_zone = time_zone

    def their_name(self, name: str) -> str:
        return name if self._theirs is None else self._theirs.get(name, name)

    def raw(self, name: str) -> object:
        if self._theirs is None:
            return self._values.get(name)
        theirs = self._theirs.get(name)
        return None if theirs is None else self._values.get(theirs)

    def text(self, name: str, limit: int = 200) -> str:
        value = self.raw(name)
        if value is None or value == "":
            return ""
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
            raise self.wrong(name, "must be text")
        return str(value).replace("\x00", "").strip()[:limit]

    def needed(self, name: str, limit: int = 120) -> str:
        value = self.text(name, limit + 1)
        if not value:
            raise self.wrong(name, "is missing")
        if len(value) > limit:
            raise self.wrong(name, f"is longer than {limit} characters")
        return value

    def currency(self, name: str = "currency", default: str = "") -> str:
        code = (self.text(name, 20) or default).upper()
        if not code:
            raise self.wrong(name, "is missing")
        try:
            decimals_of(code)
        except UnknownCurrency as problem:
            raise Unusable(str(problem), field=self.their_name(name)) from None
        return code

    def money(self, name: str, currency: str) -> int | None:
        """Minor units of an amount such as "129.90"; None when the sender does not say. Never negative."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        amount = self._decimal(name, value)
        try:
            minor = to_minor(amount, currency)
        except TooManyDecimals as problem:
            raise Unusable(str(problem), field=self.their_name(name)) from None
        if minor < 0:
            raise self.wrong(name, f"is {amount}; it cannot be negative")
        if minor > LARGEST_MINOR:
            raise self.wrong(name, f"is {amount}; that is too much to be true")
        return minor

    def needed_money(self, name: str, currency: str) -> int:
        minor = self.money(name, currency)
        if minor is None:
            raise self.wrong(name, "is missing")
        return minor

    def _decimal(self, name: str, value: object) -> Decimal:
        text = str(value).strip()
        if self._decimal_comma:
            text = text.replace(".", "").replace(",", ".")
        elif _WITH_THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        if isinstance(value, bool | float) or not _PLAIN.fullmatch(text):
            raise self.wrong(name, f"is {str(value)[:40]!r}, which is no amount such as 129.90")
        try:
            return Decimal(text)
        except InvalidOperation:
            raise self.wrong(name, f"is {str(value)[:40]!r}, which is no amount such as 129.90") from None

    def moment(self, name: str) -> datetime | None:
        value = self.raw(name)
        if value is None or value == "":
            return None
        try:
            return normalise.moment(str(value), form=self._date_format, zone=self._time_zone)
        except (ValueError, OverflowError, KeyError):
            example = self._date_format or "2009-11-22T10:30:00Z"
            raise self.wrong(name, f"is {str(value)[:40]!r}, which is no time such as {example}") from None

    def needed_moment(self, name: str) -> datetime:
        at = self.moment(name)
        if at is None:
            raise self.wrong(name, "is missing")
        return at

    def whole(self, name: str) -> int | None:
        value = self.text(name, 20)
        if not value:
            return None
        if not value.isdecimal() or int(value) > 1_000_000:
            raise self.wrong(name, f"is {value!r}, which is no whole number such as 2")
        return int(value)

    def mail(self, name: str) -> str:
        return mail_hash(self.text(name, 320))

    def country(self, *names: str) -> str:
        return next((code for name in names if (code := normalise.country_code(self.text(name, 80)))), "")

    def wrong(self, name: str, text: str) -> Unusable:
        theirs = self.their_name(name)
        return Unusable(f"{theirs} {text}.", field=theirs)
