"""How does text get into HTML? Through templates, which escape it."""

from importlib.resources import files

import jinja2
from markupsafe import Markup


def template(name: str) -> str:
    """A file of this package."""
    return files("initatlas.report").joinpath("templates", name).read_text(encoding="utf-8")


def rendered(name: str, **values: object) -> Markup:
    """A template with its values; one that is missing is an error."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals["table_of"] = lambda table: rendered("table.html.jinja", table=table)
    return Markup(environment.from_string(template(name)).render(values))
