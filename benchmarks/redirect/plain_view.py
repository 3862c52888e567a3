"""What most people would write: a Django view that looks the link up by ORM and inserts a click. For comparison only.

With BENCH_MIDDLEWARE it has the middleware that `startproject` gives; without, nothing at all. Either way the connection
to the database stays open.
"""

import os

import django
from django.conf import settings

STARTPROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "livingroom",
            "USER": "livingroom",
            "HOST": "127.0.0.1",
            "PORT": os.environ["BENCH_PG_PORT"],
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=STARTPROJECT if os.environ.get("BENCH_MIDDLEWARE") else [],
    ROOT_URLCONF=__name__,
    SECRET_KEY="benchmark",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import Http404, HttpRequest, HttpResponseRedirect  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Link(models.Model):
    slug = models.CharField(max_length=24, unique=True)
    destination = models.URLField(max_length=2000)

    class Meta:
        app_label = "bench"


class Click(models.Model):
    link = models.ForeignKey(Link, on_delete=models.CASCADE)
    at = models.DateTimeField(db_index=True)
    agent = models.CharField(max_length=512)
    referrer = models.CharField(max_length=500)

    class Meta:
        app_label = "bench"


def go(request: HttpRequest, slug: str) -> HttpResponseRedirect:
    try:
        link = Link.objects.get(slug=slug)
    except Link.DoesNotExist:
        raise Http404 from None
    click = Click.objects.create(
        link=link,
        at=timezone.now(),
        agent=request.headers.get("user-agent", "")[:512],
        referrer=request.headers.get("referer", "")[:500],
    )
    return HttpResponseRedirect(f"{link.destination}&lr={click.pk}")


urlpatterns = [path("<slug:slug>", go)]


def make_tables(n_links: int) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Link)
        editor.create_model(Click)
    Link.objects.bulk_create(
        Link(slug=f"s{number}", destination=f"https://shop.example/p/{number}?utm_source=bench")
        for number in range(n_links)
    )


if __name__ == "__main__":
    make_tables(1000)
else:
    application = get_wsgi_application()
