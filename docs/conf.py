"""How Sphinx builds this site; `generate/` writes the pages that are read off the code."""

import sys
import warnings
from pathlib import Path

import matplotlib as mpl

import divergences

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))  # benchmarks, which are not installed

import generate  # noqa: E402
from generate.docstrings import escape_bars  # noqa: E402

mathjax_path = "mathjax/tex-chtml.js"
mpl.use("Agg")
warnings.filterwarnings("error", module="divergences")

project = "divergences"
author = "The divergences authors"
project_copyright = author
release = version = generate.version()

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",  # the pages need no network to be read
    "sphinx_design",
    "myst_nb",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "_generated", "generate", "**/jupyter_execute"]

nb_execution_mode = "auto"
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 120
nb_render_image_options = {"align": "center"}
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

autodoc_typehints = "none"  # the docstrings say it in words
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
# Names of parameters' types that are words, not classes.
nitpicky = False

html_theme = "pydata_sphinx_theme"
html_title = "divergences"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"[!q]*": []}


def setup(app):
    """Write the generated pages before Sphinx looks for sources, and tidy docstrings."""
    app.connect("autodoc-process-docstring", escape_bars)
    app.connect("config-inited", lambda _app, _config: generate.write(HERE, divergences))
