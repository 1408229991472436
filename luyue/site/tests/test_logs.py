"""Nothing in the logs identifies a customer or opens a door."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.conf import settings

from luyue.site.logs import logging_config, masked

Lines = Callable[[], list[dict[str, str]]]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("来电 13812345678 未接", "来电 <phone> 未接"),
        ("call +86 138-1234-5678", "call <phone>"),
        ("证件 11010519491231002X", "证件 <id>"),
        ("from li.lei+a@example.com.cn", "from <mail>"),
        ("Not Found: /portal/follow/Zk3vQ9x2Lm5nR8tYw1Pa7e/", "Not Found: /portal/follow/<token>/"),
        ("case 20260224-0017 took 1234 ms", "case 20260224-0017 took 1234 ms"),
        ("luyue.apps.casework.ticker stopped", "luyue.apps.casework.ticker stopped"),
    ],
)
def test_personal_data_is_masked_and_the_rest_is_left(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.fixture
def log_lines() -> Iterator[Lines]:
    written = io.StringIO()
    config = logging_config("INFO")
    config["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)


def test_a_plain_log_record_leaves_as_one_masked_json_line(log_lines: Lines) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/portal/13812345678/")
    (line,) = log_lines()
    assert line["event"] == "Not Found: /portal/<phone>/"
    assert line["level"] == "warning"


def test_keys_that_hold_personal_data_are_dropped(log_lines: Lines) -> None:
    structlog.get_logger("luyue.mail").info("mail sent", case="20260224-0017", recipient="李雷", subject="您的工单")
    (line,) = log_lines()
    assert (line["case"], line["recipient"], line["subject"]) == ("20260224-0017", "<dropped>", "<dropped>")


def test_an_error_is_logged_without_the_number_it_was_about(log_lines: Lines) -> None:
    try:
        raise ValueError("no customer with 13812345678")
    except ValueError:
        logging.getLogger("luyue").exception("lookup failed")
    (line,) = log_lines()
    assert "13812345678" not in json.dumps(line)
    assert "no customer with <phone>" in line["exception"]
