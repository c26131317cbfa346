"""No way back up through the ORM: a lower app does not see who refers to it."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.signals import ModelSignal

from tests.architecture import source


def relations() -> list["models.Field[Any, Any]"]:
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in source.HOUSE
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.remote_field and field.model is model
    ]


def test_relations_to_another_app_have_no_way_back() -> None:
    """People are the exception of the floor: memberships and seats are asked for by the person they belong to."""
    free = {"units.Membership.user", "councils.Seat.user"}

    open_ways = [
        str(field)
        for field in relations()
        if field.related_model._meta.app_label != field.model._meta.app_label  # type: ignore[union-attr]
        and field.related_model._meta.app_label in source.HOUSE  # type: ignore[union-attr]
        and not field.remote_field.related_name.endswith("+")  # type: ignore[union-attr]
        and str(field) not in free
    ]

    assert open_ways == []


def test_no_model_overrides_what_saving_means() -> None:
    overriding = [
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        if model._meta.app_label in source.HOUSE
        for name in ("save", "delete", "clean")
        if name in vars(model)
    ]

    assert overriding == []


def test_no_signal_is_connected_to_our_models() -> None:
    kinds: list[ModelSignal] = [models.signals.post_save, models.signals.pre_save, models.signals.post_delete]

    ours = [
        receiver
        for kind in kinds
        for _, receiver, *_ in kind.receivers
        if getattr(receiver() if isinstance(receiver, type(lambda: 0)) else receiver, "__module__", "").split(".")[0]
        in source.HOUSE
    ]

    assert ours == []
