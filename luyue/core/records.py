"""Dataclasses that cost next to nothing to declare.

`dataclasses.dataclass` writes, compiles and runs the source of six methods for every class, and loads the machinery of `inspect` to do
it: with ninety classes that was a third of the time of `luyue check`. Here the methods are shared, and the only one that is worth
compiling, `__init__`, is compiled when there are more than a few objects. Type checkers see the standard ones; `dataclasses.replace`,
`fields` and `asdict` of the standard library work on these classes too.

Known differences: no `InitVar`, and a frozen object refuses every assignment, not only those to its fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import MISSING, dataclass, field, fields, replace
else:
    from operator import attrgetter, ge, gt, le, lt

    _FEW = 12  # objects of a class that are not worth compiling its `__init__` for

    class _Missing:
        def __repr__(self):
            return "MISSING"

    MISSING = _Missing()

    class Field:
        """What is known of one field; `name` and `kw_only` are filled in by `dataclass`."""

        __slots__ = ("annotation", "default", "default_factory", "init", "kw_only", "name")

        def __init__(self, default=MISSING, default_factory=MISSING, init=True):
            self.name, self.kw_only, self.annotation = "", False, ""
            self.default, self.default_factory, self.init = default, default_factory, init

    def field(*, default=MISSING, default_factory=MISSING, init=True):
        return Field(default, default_factory, init)

    def fields(record):
        """The fields of a class or object, in order."""
        return tuple(record.__record_fields__.values())

    def replace(record, /, **changes):
        """The same object with some fields changed."""
        return type(record)(**{one.name: getattr(record, one.name) for one in fields(record) if one.init} | changes)

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False, eq=True, order=False):
        """Class decorator, as of the standard library."""
        if cls is None:
            return lambda one: _declared(one, frozen, slots, kw_only, eq, order)
        return _declared(cls, frozen, slots, kw_only, eq, order)

    def _declared(cls, frozen, slots, kw_only, eq, order):
        known = {}
        for base in cls.__mro__[-1:0:-1]:
            known |= base.__dict__.get("__record_fields__", {})
        inherited = set(known)
        for name, annotation in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 - that is what `inspect` is loaded for
            if not str(annotation).startswith(("ClassVar", "typing.ClassVar")):
                known[name] = _field(cls, name, str(annotation), kw_only)
        members = _members(frozen, eq, attrgetter(*known) if known else None)
        if order:
            members |= _ordered(attrgetter(*known))
        members["__record_fields__"] = known
        members["__dataclass_fields__"] = _StandardFields()
        members["__match_args__"] = tuple(name for name, one in known.items() if one.init and not one.kw_only)
        members["__init__"] = _first_init(home := [], known, frozen, hasattr(cls, "__post_init__"))
        for name, member in members.items():
            if name not in cls.__dict__:
                setattr(cls, name, member)
        if slots:
            cls = _slotted(cls, [name for name in known if name not in inherited])
        home.append(cls)
        return cls

    def _field(cls, name, annotation, kw_only):
        given = cls.__dict__.get(name, MISSING)
        found = given if isinstance(given, Field) else Field(given)
        if isinstance(given, Field) and given.default is MISSING:
            delattr(cls, name)
        elif isinstance(given, Field):
            setattr(cls, name, given.default)
        found.name, found.annotation, found.kw_only = name, annotation, kw_only
        return found

    def _slotted(cls, own):
        """The class once more, with slots; a default would be in the way of the slot of its name."""
        body = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__", *cls.__record_fields__)}
        body["__slots__"] = tuple(own)
        again = type(cls)(cls.__name__, cls.__bases__, body)
        again.__qualname__ = cls.__qualname__
        return again

    # -- the methods all share -------------------------------------------------------------------------------------------------

    def _members(frozen, eq, values_of):
        members = {"__repr__": _repr, "__getstate__": _state, "__setstate__": _restore}
        if eq and values_of is not None:

            def __eq__(self, other):
                return values_of(self) == values_of(other) if other.__class__ is self.__class__ else NotImplemented

            def __hash__(self):
                return hash(values_of(self))

            members |= {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}
        if frozen:
            members |= {"__setattr__": _refuse, "__delattr__": _refuse}
        return members

    def _ordered(values_of):
        def by(compare):
            return lambda self, other: compare(values_of(self), values_of(other)) if other.__class__ is self.__class__ else NotImplemented

        return {f"__{compare.__name__}__": by(compare) for compare in (lt, le, gt, ge)}

    def _repr(self):
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__record_fields__)})"

    def _state(self):
        return [getattr(self, name) for name in self.__record_fields__]

    def _restore(self, state):
        for name, value in zip(self.__record_fields__, state, strict=True):
            object.__setattr__(self, name, value)

    def _refuse(self, name, value=None):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _first_init(home, known, frozen, post):
        """An `__init__` that reads the fields each time, and puts a compiled one in its own place once there are more than a few objects."""
        given = [one for one in known.values() if one.init]
        ordered = [one.name for one in given if not one.kw_only]
        left = _FEW

        def __init__(self, *args, **kwargs):
            nonlocal left
            left -= 1
            if left > 0 and len(args) <= len(ordered) and _filled(self, known, dict(zip(ordered, args, strict=False)), kwargs):
                if post:
                    self.__post_init__()
                return
            # More than a few, or arguments that do not fit: the compiled one says so as Python does.
            init = _compiled(known, frozen, post)
            init.__qualname__ = f"{home[0].__qualname__}.__init__"
            home[0].__init__ = init
            init(self, *args, **kwargs)

        return __init__

    def _filled(self, known, given, named):
        """Whether the arguments fit; then the fields are set."""
        if given.keys() & named.keys() or not named.keys() <= known.keys():
            return False
        given |= named
        for name, one in known.items():
            if name in given:
                if not one.init:
                    return False
                value = given[name]
            elif one.default_factory is not MISSING:
                value = one.default_factory()
            elif one.default is not MISSING:
                value = one.default
            elif one.init:
                return False
            else:
                continue
            object.__setattr__(self, name, value)
        return True

    def _compiled(known, frozen, post):
        given = [one for one in known.values() if one.init]
        heads = [_parameter(one) for one in given if not one.kw_only] + ["*"] + [_parameter(one) for one in given if one.kw_only]
        if heads[-1] == "*":
            heads.pop()
        names = {f"_default_{one.name}": one.default for one in known.values() if one.default is not MISSING}
        names |= {f"_factory_{one.name}": one.default_factory for one in known.values() if one.default_factory is not MISSING}
        names |= {"_set": object.__setattr__, "_missing": MISSING}
        lines = []
        for one in known.values():
            value = _value(one)
            if value is not None:
                lines.append(f"_set(self, {one.name!r}, {value})" if frozen else f"self.{one.name} = {value}")
        body = "\n    ".join([*lines, "self.__post_init__()" if post else "pass"])
        exec(f"def __init__(self, {', '.join(heads)}):\n    {body}", names)
        return names["__init__"]

    def _parameter(one):
        if one.default_factory is not MISSING:
            return f"{one.name}=_missing"
        return one.name if one.default is MISSING else f"{one.name}=_default_{one.name}"

    def _value(one):
        if one.default_factory is not MISSING:
            made = f"_factory_{one.name}()"
            return f"{made} if {one.name} is _missing else {one.name}" if one.init else made
        if one.init:
            return one.name
        return None if one.default is MISSING else f"_default_{one.name}"

    class _StandardFields:
        """`__dataclass_fields__`, made when the standard library asks for it."""

        def __get__(self, record, owner=None):
            import dataclasses

            made = {}
            for one in (owner or type(record)).__record_fields__.values():
                how = {key: getattr(one, key) for key in ("default", "default_factory") if getattr(one, key) is not MISSING}
                standard = dataclasses.field(init=one.init, kw_only=one.kw_only, **how)
                standard.name, standard.type, standard._field_type = one.name, one.annotation, dataclasses._FIELD
                made[one.name] = standard
            return made


__all__ = ["MISSING", "dataclass", "field", "fields", "replace"]
