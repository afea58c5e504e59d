"""The HTML page. Everything that comes from results is escaped by the template engine."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .model import report_values

HERE = Path(__file__).resolve().parent


def html_page(runs: list) -> str:
    """The whole report as one file that loads nothing."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined,
                              keep_trailing_newline=True)
    own = {name: Markup((HERE / name).read_text(encoding="utf-8"))  # ours, so not escaped
           for name in ("page.css", "page.js")}
    return environment.get_template("page.html").render(
        style=own["page.css"], script=own["page.js"], **report_values(runs))
