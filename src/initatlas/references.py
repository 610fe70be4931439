"""How is a user's own activation, initializer or data set named? As `package.module:OBJECT`."""

import importlib


def load_object(reference: str) -> object:
    """The object that `package.module:OBJECT` names.

    Raises:
        ValueError: the reference has another form, or names nothing that can be imported.
    """
    module_name, separator, name = reference.partition(":")
    parts = [*module_name.split("."), name]
    if not separator or not all(part.isidentifier() for part in parts):
        raise ValueError(f"{reference!r} is not of the form package.module:OBJECT")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ValueError(f"{reference!r}: {module_name} cannot be imported ({error})") from error
    try:
        return getattr(module, name)
    except AttributeError as error:
        raise ValueError(f"{reference!r}: {module_name} has no {name}") from error
