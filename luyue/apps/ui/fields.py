"""How a field of a form is drawn: from its kind and its choices to a control."""

from collections.abc import Iterable
from typing import Any

from .shapes import take

# kind -> the control that draws it (parts/controls/<control>.html)
CONTROLS = {
    "text": "line",
    "long-text": "text",
    "number": "line",
    "money": "line",
    "date": "line",
    "instant": "line",
    "yes-no": "yes_no",
    "choice": "choice",
    "choices": "choices",
    "phone": "line",
    "email": "line",
    "account": "line",
    "serial": "line",
    "model": "line",
    "order": "line",
    "person": "line",
    "clause": "line",
    "clock": "line",
    "photo": "upload",
    "video": "upload",
    "recording": "upload",
    "file": "upload",
    "evidence": "upload",
    "signature": "signature",
    "lines": "lines",
}
INPUT_TYPES = {"date": "date", "instant": "datetime-local", "phone": "tel", "email": "email"}
INPUT_MODES = {"number": "decimal", "money": "decimal", "phone": "tel", "email": "email"}
ACCEPTS = {"photo": "image/*", "video": "video/*", "recording": "audio/*"}
# Up to this many choices lie open as radio buttons; more go into a list.
OPEN_CHOICES = 6
# Rows that stand ready for entries without JavaScript.
SPARE_LINES = 3


def _values(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [str(v) for v in value] if isinstance(value, (list, tuple, set)) else [str(value)]


def _options(choices: Iterable[Any], chosen: list[str]) -> list[dict[str, Any]]:
    """Choices ({value, label, hint, children} or (value, label)) with what is chosen; a parent is `open` when a child is."""
    built = []
    for choice in choices or ():
        if isinstance(choice, (list, tuple)):
            choice = {"value": choice[0], "label": choice[1]}
        children = _options(take(choice, "children", ()), chosen)
        value = str(take(choice, "value", ""))
        built.append(
            {
                "value": value,
                "label": take(choice, "label", value),
                "hint": take(choice, "hint", ""),
                "children": children,
                "chosen": value in chosen,
                "open": any(child["chosen"] for child in children),
            }
        )
    return built


def _when(condition: Any) -> str:
    """The condition as form.js reads it: `field=a|b;other=c`. Accepts {field: value or values}."""
    if not condition:
        return ""
    pairs = condition.items() if hasattr(condition, "items") else condition
    return ";".join(f"{name}={'|'.join(_values(values))}" for name, values in pairs)


def _rows(spec: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a `lines` field: those filled, then spare ones. Each sub-field is called `<name>.<row>.<sub>`."""
    subs, filled = list(take(spec, "fields", ())), list(take(spec, "value", ()) or ())
    errors = take(spec, "row_errors", {})
    count = len(filled) + int(take(spec, "spare", SPARE_LINES))
    at_most = take(spec, "at_most")
    count = min(count, int(at_most)) if at_most else count
    return [_line(name, index, subs, filled[index] if index < len(filled) else {}, errors.get(index, {})) for index in range(max(count, len(filled), 1))]


def _line(name: str, index: int | str, subs: list[Any], values: Any, errors: Any) -> dict[str, Any]:
    drawn = []
    for sub in subs:
        sub_name = take(sub, "name")
        drawn.append(shown(sub, "", name=f"{name}.{index}.{sub_name}", value=take(values, sub_name), errors=take(errors, sub_name, ())))
    return {"index": index, "number": index + 1 if isinstance(index, int) else "", "fields": drawn, "filled": bool(values)}


def shown(spec: Any, look: str = "", **given: Any) -> dict[str, Any]:
    """Everything the templates need to draw one field.

    Reads name, kind, label, required (default yes), hint, value, errors (a message or several), when, choices, unit, at_least, at_most,
    fields and row_errors (lines), search_url (order, person … found by typing), placeholder, autocomplete, readonly, files (already uploaded),
    suggestions ((value, words) to pick from while any other value may still be typed).
    An unknown kind is a fault of ours and raises KeyError.
    """
    kind = take(spec, "kind")
    kind = str(getattr(kind, "value", kind))
    name = given.get("name") or take(spec, "name")
    value = given["value"] if "value" in given else take(spec, "value", "")
    errors = given["errors"] if "errors" in given else take(spec, "errors", ())
    errors = [errors] if isinstance(errors, str) else [str(e) for e in errors or ()]
    control = CONTROLS[kind]
    chosen = _values(value)
    options = _options(take(spec, "choices", ()), chosen)
    nested = any(option["children"] for option in options)
    if control == "choice":
        control = "radios" if look == "tiles" or (len(options) <= OPEN_CHOICES and not nested) else "select"
    elif control == "line" and options:
        control = "select"
    ident = f"f-{name}".replace(".", "-").replace("_", "-")
    described = [f"{ident}-hint"] * bool(take(spec, "hint")) + [f"{ident}-error"] * bool(errors)
    built = {
        "name": name,
        "id": ident,
        "kind": kind,
        "label": take(spec, "label", name),
        "required": bool(take(spec, "required", True)),
        "control": f"parts/controls/{control}.html",
        "group": control in ("radios", "choices", "yes_no", "lines", "signature"),
        "look": look,
        "hint": take(spec, "hint", ""),
        "errors": errors,
        "described": " ".join(described),
        "when": _when(take(spec, "when")),
        "value": "" if value is None else value,
        "chosen": chosen,
        "options": options,
        "type": INPUT_TYPES.get(kind, "text"),
        "mode": INPUT_MODES.get(kind, ""),
        "unit": take(spec, "unit", "元" if kind == "money" else ""),
        "accept": take(spec, "accept", ACCEPTS.get(kind, "")),
        "multiple": str(take(spec, "at_most", "")) != "1",
        "autocomplete": take(spec, "autocomplete", "off"),
        "readonly": bool(take(spec, "readonly")),
        "rows_shown": take(spec, "rows", 3),
    }
    for plain in ("at_least", "at_most", "search_url", "placeholder", "statement"):
        built[plain] = take(spec, plain, "")
    for listed in ("files", "tiles", "suggestions"):
        built[listed] = take(spec, listed, ())
    if control == "lines":
        built["rows"] = _rows({**_mapping(spec), "value": value}, name)
        built["blank"] = _line(name, "__n__", list(take(spec, "fields", ())), {}, {})
    return built


def _mapping(spec: Any) -> dict[str, Any]:
    return {key: take(spec, key) for key in ("fields", "spare", "row_errors", "at_most") if take(spec, key) is not None}
