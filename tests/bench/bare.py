"""The yardstick of a heartbeat: a bare Django view with the same token check and the same three statements.

It runs in the same web processes, through a handler without any middleware. What it leaves out is what a
heartbeat is: judging clocks, uniting intervals, refusing in words, the API's schema.
"""

import datetime as dt
import json

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from courses import tokens
from courses.models import Heartbeat, WatchProgress
from tests.bench.load import BARE


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    body = json.loads(request.body)
    token = tokens.read(body["token"], request.COOKIES.get("sessionid"))
    beat = body["beats"][0]
    now = dt.datetime.now(dt.UTC)
    connection.health_check_done = True
    with transaction.atomic():
        row = (
            WatchProgress.objects.select_for_update(no_key=True)
            .filter(sessions=token.session)
            .values_list("pk", "intervals", "watched_ms", "session_claimed_ms", "sessions__started_at")
            .get()
        )
        Heartbeat.objects.create(
            session_id=token.session,
            sequence=beat["sequence"],
            start_ms=beat["start_ms"],
            end_ms=beat["end_ms"],
            earned_ms=0,
            received_at=now,
        )
        WatchProgress.objects.filter(pk=row[0]).update(
            intervals=row[1], watched_ms=beat["end_ms"], position_ms=beat["end_ms"], updated_at=now
        )
    return JsonResponse({"watched_ms": beat["end_ms"]})


urlpatterns = [path(BARE.lstrip("/"), bare), path("", include("config.urls"))]
