import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from livingroom.orders.forms import ImportForm, MappingForm
from livingroom.orders.intake.csv_files import WrongFile
from livingroom.orders.intake.layouts import NEEDED, OPTIONAL
from livingroom.orders.models import ColumnMapping, Import
from livingroom.orders.operations import begin_import, save_mapping
from livingroom.orders.tasks import read_import
from livingroom.orders.views import staff_of
from livingroom.people.policy import may, require


def import_orders(request: HttpRequest) -> HttpResponse:
    """Take a file; it is read by the worker."""
    require(staff_of(request), "record_orders")
    form = ImportForm(request.POST or None, request.FILES or None, initial={"layout": "shopify"})
    if request.method == "POST" and form.is_valid():
        path = _put_aside(form.cleaned_data["file"])
        try:
            file_import = begin_import(
                actor=staff_of(request),
                shop=form.cleaned_data["shop"],
                path=path,
                file_name=form.cleaned_data["file"].name,
                layout=form.cleaned_data["layout"],
                now=timezone.now(),
            )
        except WrongFile as problem:
            path.unlink()
            form.add_error("file", str(problem))
        else:
            read_import.enqueue(file_import.pk)
            return redirect("order_import", file_import.pk)
    context = {
        "form": form,
        "mappings": ColumnMapping.objects.all(),
        "imports": Import.objects.select_related("shop")[:20],
    }
    return render(request, "orders/import.html", context)


def order_import(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is, and what came of its rows. The page asks for itself again while it is read."""
    found = get_object_or_404(Import.objects.select_related("shop"), pk=pk)
    seconds = ((found.ended_at or found.seen_at or timezone.now()) - found.started_at).total_seconds()
    context: dict[str, Any] = {
        "file_import": found,
        "is_running": found.state == Import.State.RUNNING,
        "rate": found.n_rows / seconds if seconds > 0 else 0,
        "seconds_left": _seconds_left(found, seconds),
        "dead": found.dead_rows.order_by("row_number")[:20],
        "may_record": may(staff_of(request), "record_orders"),
    }
    return render(request, "orders/import_report.html", context)


def mapping(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """How the columns of a file are called."""
    require(staff_of(request), "record_orders")
    found = get_object_or_404(ColumnMapping, pk=pk) if pk else ColumnMapping(columns={}, time_zone="UTC")
    form = MappingForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if ColumnMapping.objects.filter(name=data["name"]).exclude(pk=found.pk).exists():
            form.add_error("name", "Another mapping has this name.")
        else:
            found.name, found.columns = data["name"], form.columns
            found.decimal_comma, found.date_format = data["decimal_comma"], data["date_format"]
            found.time_zone = data["time_zone"]
            save_mapping(actor=staff_of(request), mapping=found, now=timezone.now())
            messages.success(request, f"Files of the kind “{found.name}” can be imported now.")
            return redirect("import_orders")
    groups = [[form[f"column_{name}"] for name in NEEDED], [form[f"column_{name}"] for name in OPTIONAL]]
    return render(
        request,
        "orders/mapping.html",
        {"form": form, "mapping": found, "needed": groups[0], "optional": groups[1]},
    )


def _initial(found: ColumnMapping) -> dict[str, Any]:
    columns = {f"column_{name}": column for name, column in found.columns.items()}
    return {
        "name": found.name,
        "decimal_comma": found.decimal_comma,
        "date_format": found.date_format,
        "time_zone": found.time_zone,
        **columns,
    }


def _put_aside(file: File[bytes]) -> Path:
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(12)}.csv"
    with path.open("wb") as target:
        path.chmod(0o600)
        for chunk in file.chunks():
            target.write(chunk)
    return path


def _seconds_left(found: Import, seconds: float) -> float | None:
    if found.state != Import.State.RUNNING or not found.bytes_read:
        return None
    return seconds * (found.bytes_total - found.bytes_read) / found.bytes_read
