"""What is heard now."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.listening import charts, counts
from livingroom.listening.exports import csv_file
from livingroom.listening.forms import DAYS
from livingroom.listening.models import Alert, Mention, Poison
from livingroom.listening.shares.share import month_share
from livingroom.listening.spikes.timers import running_timers
from livingroom.listening.views import as_of
from livingroom.people.policy import may, require


def period(request: HttpRequest) -> tuple[date, date, str]:
    """First and last day shown, and the choice that was made."""
    chosen = request.GET.get("days", "30")
    chosen = chosen if chosen in dict(DAYS) else "30"
    last = as_of(timezone.now()).date()
    return last - timedelta(days=int(chosen) - 1), last, chosen


@require_safe
def listening(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    first, last, chosen = period(request)
    now = timezone.now()
    length = (last - first).days + 1
    n, n_before = (
        counts.total(first, last),
        counts.total(first - timedelta(days=length), first - timedelta(days=1)),
    )
    context = {
        "first": first,
        "last": last,
        "tabs": [
            {"url": f"?days={key}", "label": label, "is_current": key == chosen, "n": None}
            for key, label in DAYS
        ],
        "n": n,
        "n_before": n_before,
        "chart": charts.volume_by_language(counts.days_by_language(first, last)),
        "topics": counts.topic_rows(first, last)[:12],
        "alarms": Alert.objects.select_related("topic", "branch").order_by("-hour")[:6],
        "timers": running_timers(now),
        "share": month_share(last.replace(day=1), now=now),
        "n_queued": Mention.objects.filter(verdict=Mention.Verdict.QUEUED, gone_at=None).count(),
        "n_poison": Poison.objects.open().count() + Mention.objects.exclude(poison="").count(),
        "n_waiting": Mention.objects.to_understand()[:10_000].count(),
        "newest": Mention.objects.standing().select_related("branch").order_by("-at", "-pk")[:6],
        "rows_url": f"{reverse('mentions_heard')}?first={first}&last={last}",
        "csv_url": f"{reverse('listening_volume')}?days={chosen}",
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "listening/overview.html", context)


@require_safe
def volume_csv(request: HttpRequest) -> StreamingHttpResponse:
    require(request.user, "look")
    first, last, _ = period(request)
    rows = counts.days_by_language(first, last)
    return csv_file("mentions-a-day", ["day", "language", "mentions"], rows)
