"""Where something stands in a configuration: paths to it, as tests and as messages have them."""


def places(value: object, path: tuple = ()) -> list[tuple]:
    """Paths of everything in a configuration."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for step, item in inner:
        found.append((*path, step))
        if isinstance(item, dict | list):
            found += places(item, (*path, step))
    return found


def put(config: dict, path: tuple, value: object) -> None:
    """Replace what is at a path, as far as earlier replacements have left one."""
    try:
        for step in path[:-1]:
            config = config[step]
        config[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


def named(path: tuple) -> str:
    """The path as messages have it: initializers[2].gaussian.sigma_w2[0]."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")
