"""No password in what people read."""

from __future__ import annotations

import pytest

from domain.redaction import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mongodb://ann:s3cret@h1:27017,h2/x", "mongodb://ann:***@h1:27017,h2/x"),
        ("redis://:s3cret@host/0 refused", "redis://:***@host/0 refused"),
        ("https://elastic:s3/cret@host:9200", "https://elastic:***@host:9200"),
        ("https://elastic:s3%2Fcr%40et@host:9200 timed out", "https://elastic:***@host:9200 timed out"),
        ("'redis://a:s3@cret@h' and 'redis://b:s3cret@h'", "'redis://a:***@h' and 'redis://b:***@h'"),
        ("spark.redis.password=s3cret and more", "spark.redis.password=*** and more"),
        ('{"password": "s3cret", "user": "ann"}', '{"password": "***", "user": "ann"}'),
        ("http://localhost:9200/_count answered 503", "http://localhost:9200/_count answered 503"),
        ("12:30 ann@example.org wrote to events:5", "12:30 ann@example.org wrote to events:5"),
    ],
)
def test_passwords_go_and_the_rest_stays(text: str, shown: str) -> None:
    assert redact(text) == shown
