"""The HTML pages. Everything that comes from results is escaped by the template engine."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .model import report_values
from .scale_model import scale_values

HERE = Path(__file__).resolve().parent


def filled(template: str, own_files: tuple, values: dict) -> str:
    """A page as one file that loads nothing; the files that are ours go into it unescaped."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined,
                              keep_trailing_newline=True)
    own = {name.rpartition(".")[2]: Markup((HERE / name).read_text(encoding="utf-8"))
           for name in own_files}
    return environment.get_template(template).render(
        style=own["css"], script=own.get("js", ""), **values)


def html_page(runs: list) -> str:
    """The whole report."""
    return filled("page.html", ("page.css", "page.js"), report_values(runs))


def scale_page(scales: list) -> str:
    """What epoll costs, plotted."""
    return filled("page.scale.html", ("page.css",), scale_values(scales))
