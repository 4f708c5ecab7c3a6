"""Frozen classes of named fields, as `dataclasses` knows them, that cost little to declare.

A frozen dataclass has seven functions written out and compiled for it, a millisecond of every command's
start for each of some hundred classes of which a command uses ten. A frozen class here has the same functions,
made by `dataclasses` too, but only when one of them is first called. `fields`, `replace`, `asdict` and
`is_dataclass` take it as what it is: a dataclass with slots.

States are folded by `replace`, an event's at a time, and events are read by `maker`, a million at a time.
All of them, and a class's own `__init__`, set the fields of a new value in one go, before anybody else has
it, and only then freeze it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Sequence
from functools import cache, partial
from typing import Any, TypeVar, cast, dataclass_transform, overload

T = TypeVar("T")


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[T], /) -> type[T]: ...
@overload
@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,)
)
def frozen(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...
def frozen(
    cls: type[T] | None = None, /, *, kw_only: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class frozen; what its body defines itself stays as it is."""
    if cls is None:
        return partial(declare, kw_only=kw_only)
    return declare(cls, kw_only=kw_only)


def declare(cls: type[T], *, kw_only: bool) -> type[T]:
    """Make a class frozen, as `frozen` does, for a decorator of one's own."""
    for name, function in _FUNCTIONS.items():
        if name not in vars(cls):
            setattr(cls, name, function)
    return dataclasses.dataclass(slots=True, init=False, repr=False, eq=False, kw_only=kw_only)(
        cls
    )


def replace(value: T, /, **changes: Any) -> T:
    """Return the same value but for these fields, as `dataclasses.replace` does, in a fifth of the time.

    Raises:
        TypeError: it has no such field.
    """
    copied = _copier(type(value))  # type: ignore[arg-type]  # classes are hashable
    if copied is None:
        return dataclasses.replace(value, **changes)  # type: ignore[type-var]
    try:
        return copied(value, changes)  # type: ignore[no-any-return]
    except AttributeError as error:
        raise TypeError(
            f"{type(value).__name__} lacks one of the fields {list(changes)}"
        ) from error


def maker(cls: type[T]) -> Callable[[Sequence[Any]], T]:
    """Return what makes one of a frozen class from the values of all its fields, in their order."""
    names = [each.name for each in dataclasses.fields(cast("type[Any]", cls))]
    return written(
        cls,
        "values",
        [f"if len(values) != {len(names)}: raise TypeError(asked)"],
        [f"values[{place}]" for place in range(len(names))],
        asked=f"{cls.__name__} is made of {', '.join(names)}",
    )


def written(
    cls: type[T],
    argument: str,
    before: Sequence[str],
    told: Sequence[str],
    *,
    after: Sequence[str] = (),
    **known: Any,
) -> Callable[..., T]:
    """Write out a function that makes one of a frozen class, as `dataclasses` writes out its own.

    `told` are expressions for its fields, in their order, over what is `known` and the argument; the
    lines before and after may use these too. After them the value, `made`, is frozen.
    """
    fields = dataclasses.fields(cast("type[Any]", cls))
    lines = [
        *before,
        "made = __new__(__thawed__)",
        *(f"made.{each.name} = {value}" for each, value in zip(fields, told, strict=True)),
        *after,
        "made.__class__ = __frozen__",
        "return made",
    ]
    return _compiled(cls, f"def written({argument}):", lines, known)


def _compiled(
    cls: type, head: str, lines: Sequence[str], known: dict[str, Any]
) -> Callable[..., Any]:
    thawed = _thawed(cls)
    names = {"__thawed__": thawed, "__new__": thawed.__new__, "__frozen__": cls}
    return compiled(head, lines, known | names)


def compiled(head: str, lines: Sequence[str], known: dict[str, Any]) -> Callable[..., Any]:
    """Compile a function that was written out: of a class's own names of fields, and of nothing that was read."""
    made: dict[str, Callable[..., Any]] = {}
    exec("\n ".join([head, *lines]), known, made)  # noqa: S102
    (function,) = made.values()
    return function


@cache
def _copier(cls: Hashable) -> Callable[[Any, dict[str, Any]], Any] | None:
    """Return what copies one of a class with changes; None where a class does more when it is made."""
    assert isinstance(cls, type), "values are of classes"
    if not _is_plain(cls):
        return None
    return written(
        cls,
        "value, changes",
        [],
        [f"value.{each.name}" for each in dataclasses.fields(cls)],
        after=["for name, changed in changes.items(): put(made, name, changed)"],
        put=setattr,
    )


def _is_plain(cls: type) -> bool:
    """Tell whether making one of a frozen class is setting its fields, and no more."""
    return (
        all(each.init for each in dataclasses.fields(cast("type[Any]", cls)))
        and not hasattr(cls, "__post_init__")
        and vars(cls).get("__setattr__") is _setattr
    )


def _init_of(cls: type) -> Callable[..., None]:
    """Return what sets the fields of a new value, by their names and in their order.

    A value of a class that was derived from this one, and is not frozen itself, is set field by field.
    """
    fields = dataclasses.fields(cast("type[Any]", cls))
    known: dict[str, Any] = {"__put__": object.__setattr__, "__lacking__": dataclasses.MISSING}
    placed = [_parameter(each, known) for each in fields if not each.kw_only]
    named = [_parameter(each, known) for each in fields if each.kw_only]
    lines = [
        f"if {each.name} is __lacking__: {each.name} = __made_{each.name}__()"
        for each in fields
        if each.default_factory is not dataclasses.MISSING
    ]
    lines += [
        "if self.__class__ is not __frozen__:",
        *(f" __put__(self, {each.name!r}, {each.name})" for each in fields),
        " return",
        "__put__(self, '__class__', __thawed__)",
        *(f"self.{each.name} = {each.name}" for each in fields),
        "self.__class__ = __frozen__",
    ]
    told = ", ".join(["self", *placed, *(["*", *named] if named else [])])
    init = _compiled(cls, f"def __init__({told}):", lines, known)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _parameter(field: dataclasses.Field[Any], known: dict[str, Any]) -> str:
    """Return how a field is asked for; what it is where it is not told is made known."""
    known[f"__told_{field.name}__"] = field.default
    known[f"__made_{field.name}__"] = field.default_factory
    required = field.default is field.default_factory is dataclasses.MISSING
    return field.name if required else f"{field.name}=__told_{field.name}__"


@cache
def _thawed(cls: Hashable) -> Any:
    """Return a class like this one whose fields can be set.

    It is laid out as the frozen class is, so that a value of one becomes one of the other.
    """
    assert isinstance(cls, type), "what is thawed is a class"
    return type(
        cls.__name__,
        (cls,),
        {
            "__slots__": (),
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )


def _made(cls: type, name: str) -> Callable[..., Any]:
    """Make one of a class's functions, which is the class's own from here on, and return it."""
    plain = name == "__init__" and _is_plain(cls)
    function = _init_of(cls) if plain else _made_by_dataclasses(cls, name)
    setattr(cls, name, function)
    return function


def _made_by_dataclasses(cls: type, name: str) -> Callable[..., Any]:
    fields = [
        (each.name, Any, _alike(each)) for each in dataclasses.fields(cast("type[Any]", cls))
    ]
    after = {"__post_init__": None} if hasattr(cls, "__post_init__") else {}
    like = dataclasses.make_dataclass(
        cls.__name__,
        fields,
        frozen=True,
        namespace={"__doc__": "as long as there is one, none is made", **after},
        repr=name == "__repr__",
        eq=name in ("__eq__", "__hash__"),
    )
    function: Callable[..., Any] = vars(like)[name]
    return function


def _alike(field: dataclasses.Field[Any]) -> Any:
    return dataclasses.field(
        default=field.default,
        default_factory=field.default_factory,
        init=field.init,
        repr=field.repr,
        hash=field.hash,
        compare=field.compare,
        kw_only=field.kw_only,
    )


def _init(self: object, *args: Any, **fields: Any) -> None:
    _made(type(self), "__init__")(self, *args, **fields)


def _repr(self: object) -> str:
    return str(_made(type(self), "__repr__")(self))


def _eq(self: object, other: object) -> Any:
    return _made(type(self), "__eq__")(self, other)


def _hash(self: object) -> int:
    return int(_made(type(self), "__hash__")(self))


def _setattr(_: object, name: str, told: object) -> None:
    del told
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for each, told in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, told)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
