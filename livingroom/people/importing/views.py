"""Pages for files of customers: take one, say how its columns are called, see what came of it."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.people.importing.forms import ImportForm, MappingForm
from livingroom.people.importing.layouts import COLUMNS
from livingroom.people.importing.models import CustomerImport, CustomerMapping
from livingroom.people.importing.operations import begin_import, save_mapping
from livingroom.people.importing.taking import WrongFile
from livingroom.people.policy import require


def imports(request: HttpRequest) -> HttpResponse:
    """Take a file; it is read by the worker."""
    staff = require(request.user, "see_people")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        path = _put_aside(given["file"])
        try:
            begun = begin_import(
                by=staff, path=path, file_name=given["file"].name, layout=given["layout"], shop=given["shop"],
                purpose=given["purpose"], now=timezone.now(),
            )  # fmt: skip
        except WrongFile as problem:
            path.unlink()
            form.add_error("file", str(problem))
        else:
            from livingroom.people.tasks import read_import

            read_import.enqueue(begun.pk)
            return redirect("customer_import", begun.pk)
    context = {
        "form": form,
        "mappings": CustomerMapping.objects.all(),
        "imports": CustomerImport.objects.all()[:20],
    }
    return render(request, "people/customers/import.html", context, status=422 if form.errors else 200)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is, and what came of its rows. The page asks for itself again while it is read."""
    require(request.user, "see_people")
    found = get_object_or_404(CustomerImport, pk=pk)
    context = {
        "file_import": found,
        "is_running": found.state == CustomerImport.State.RUNNING,
        "bad": found.bad_rows.all()[:200],
    }
    return render(request, "people/customers/import_report.html", context)


def mapping(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """How the columns of a file are called."""
    staff = require(request.user, "see_people")
    found = get_object_or_404(CustomerMapping, pk=pk) if pk else CustomerMapping(columns={}, time_zone="UTC")
    form = MappingForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if CustomerMapping.objects.filter(name=data["name"]).exclude(pk=found.pk).exists():
            form.add_error("name", "Another mapping has this name.")
        else:
            found.name, found.columns = data["name"], form.columns
            found.date_format, found.time_zone = data["date_format"], data["time_zone"]
            save_mapping(staff=staff, mapping=found, now=timezone.now())
            messages.success(request, f"Files of the kind “{found.name}” can be imported now.")
            return redirect("customer_imports")
    columns = [form[f"column_{name}"] for name in COLUMNS]
    context = {"form": form, "mapping": found, "columns": columns}
    return render(request, "people/customers/mapping.html", context, status=422 if form.errors else 200)


def _initial(found: CustomerMapping) -> dict[str, Any]:
    columns = {f"column_{name}": column for name, column in found.columns.items()}
    return {"name": found.name, "date_format": found.date_format, "time_zone": found.time_zone, **columns}


def _put_aside(file: File[bytes]) -> Path:
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"customers-{secrets.token_hex(12)}.csv"
    with path.open("wb") as target:
        path.chmod(0o600)
        for chunk in file.chunks():
            target.write(chunk)
    return path
