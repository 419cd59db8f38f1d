"""Nothing unknown is taken in silence."""

from __future__ import annotations

from core.tests.api.views import ThingSerializer


def test_it_works() -> None:
    serializer = ThingSerializer(data={"name": "a", "parts": [{"text": "b"}]})
    assert serializer.is_valid()


def test_unknown_fields_are_named_at_every_depth() -> None:
    serializer = ThingSerializer(data={"name": "a", "colour": "red"})
    assert not serializer.is_valid()
    assert list(serializer.errors) == ["colour"]
    serializer = ThingSerializer(data={"name": "a", "parts": [{"text": "b", "size": 1}]})
    assert not serializer.is_valid()
    assert "size" in serializer.errors["parts"][0]


def test_a_read_only_field_may_say_what_is_stored() -> None:
    stored = {"id": 7, "name": "a"}
    assert ThingSerializer(stored, data={"id": 7, "name": "b"}).is_valid()
    for serializer in (
        ThingSerializer(stored, data={"id": 8, "name": "b"}),
        ThingSerializer(data={"id": 7, "name": "b"}),
    ):
        assert not serializer.is_valid()
        assert list(serializer.errors) == ["id"]
