"""Time zones as options of commands."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click


class Zone(click.ParamType[ZoneInfo]):
    """A zone of the time zone database."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is no time zone. Write UTC, Europe/Berlin or America/Chicago.", param, ctx)
