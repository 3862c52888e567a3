import json
from datetime import UTC, datetime, timedelta

import pytest

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
)
from livingroom.networks.facebook.problems import Duplicate, Shaky, explain, read_error
from livingroom.networks.transport import Answer
from tests.networks.conformance import new_key, rendered, words
from tests.networks.facebook_stage import PAGE, FacebookStage
from tests.networks.meta_stage import refused


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (190, 463, AuthExpired),
        (102, 0, AuthExpired),
        (10, 0, Forbidden),
        (200, 0, Forbidden),
        (368, 0, Forbidden),
        (4, 0, RateLimited),
        (17, 0, RateLimited),
        (32, 0, RateLimited),
        (613, 0, RateLimited),
        (80001, 0, RateLimited),
        (100, 33, Gone),
        (803, 0, Gone),
        (506, 0, Duplicate),
        (100, 0, Invalid),
        (1500, 0, Invalid),
        (1, 0, Shaky),
        (9007, 2207027, Unavailable),
        (9, 2207042, RateLimited),
        (100, 2207010, Invalid),
        (36003, 2207009, Invalid),
    ],
)
def test_each_number_of_meta_means_one_thing(code: int, subcode: int, expected: type[NetworkError]) -> None:
    told = {"message": "No", "code": code, "error_subcode": subcode}

    assert isinstance(read_error(told, {}, datetime.now(UTC)), expected)


def test_a_missing_right_is_read_from_what_meta_says() -> None:
    response = refused(200, "requires the pages_manage_posts permission", 403)

    error = explain(Answer(403, response.headers, response.content))

    assert isinstance(error, Forbidden)
    assert error.scope == "pages_manage_posts"


def test_the_rest_after_too_many_calls_is_the_longest_that_meta_names() -> None:
    usage = {
        "1000": [
            {"type": "pages", "estimated_time_to_regain_access": 7},
            {"estimated_time_to_regain_access": 0},
        ]
    }
    now = datetime(2026, 11, 22, tzinfo=UTC)

    error = read_error(
        {"message": "Enough", "code": 80001}, {"x-business-use-case-usage": json.dumps(usage)}, now
    )

    assert isinstance(error, RateLimited)
    assert error.retry_at == now + timedelta(minutes=7)


def test_trouble_of_metas_own_leaves_a_write_open_and_a_read_to_be_repeated() -> None:
    stage = FacebookStage()
    answers = [refused(2, "Service temporarily unavailable", 400)]
    create, page = stage.handlers["Page POST feed"], stage.handlers["Page GET"]
    stage.handlers = {
        **stage.handlers,
        "Page POST feed": lambda asked: answers.pop() if answers else create(asked),
    }

    with pytest.raises(OutcomeUnknown):
        stage.network.publish(rendered(stage.network, words()), new_key())

    answers.append(refused(2, "Service temporarily unavailable", 400))
    stage.handlers = {**stage.handlers, "Page GET": lambda asked: answers.pop() if answers else page(asked)}
    assert stage.network.check().account_id == PAGE
