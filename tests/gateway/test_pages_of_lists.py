"""What a page is asked for: no count that nobody wants to know."""

import pytest

from tests.gateway.serving import Serving


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        ("nodes { name }", None),
        ("totalCount", 1000),
        ("many: totalCount nodes { name }", 1000),
        ("... on ThingConnection { pageInfo { hasNextPage } totalCount }", 1000),
        ("...Whole", 1000),
    ],
)
def test_a_list_is_counted_only_for_who_wants_to_know(served: Serving, wanted: str, total: int | None) -> None:
    """The peer counts nothing unless it is told to; the total cannot be null, so that a miss would be an error."""
    document = f"query {{ things(first: 2) {{ {wanted} }} }}"
    whole = " fragment Whole on ThingConnection { nodes { name } totalCount }" if "Whole" in wanted else ""
    answer = served.post(document + whole)
    assert "errors" not in answer
    page = answer["data"]["things"]
    assert page.get("totalCount", page.get("many")) == total
