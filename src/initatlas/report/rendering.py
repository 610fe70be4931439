"""How does text get into HTML? Through templates, which escape it."""

from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup


def template(name: str, package: str = "initatlas.report") -> str:
    """A file among a package's templates."""
    return files(package).joinpath("templates", name).read_text(encoding="utf-8")


def rendered(name: str, *, package: str = "initatlas.report", **values: object) -> Markup:
    """A template with its values; one that is missing is an error."""
    return Markup(_compiled(name, package).render(values))


@cache
def _compiled(name: str, package: str) -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals["table_of"] = lambda table: rendered("table.html.jinja", table=table)
    return environment.from_string(template(name, package))
