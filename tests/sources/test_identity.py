"""One address for one article."""

from __future__ import annotations

import pytest

from retrieval.sources.identity import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A/b?Q=1#part", "https://example.org/A/b?Q=1"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:/a/", "http://example.org/a/"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://example.org/a?utm_source=x&b=2&fbclid=y&a=1&UTM_id=z", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?gclid=x", "https://example.org/a"),
        ("https://example.org/a?utm=1&q=utm_source", "https://example.org/a?utm=1&q=utm_source"),
        ("https://example.org/%7Ea?q=a+b%20c&&flag", "https://example.org/%7Ea?q=a+b%20c&&flag"),
    ],
)
def test_a_canonical_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical
