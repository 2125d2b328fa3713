"""How Sphinx builds this site; `generate/` writes the pages that are read off the code."""

import os
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
os.environ["MATPLOTLIBRC"] = str(HERE / "matplotlibrc")  # of the executed pages, too
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))  # benchmarks, which are not installed

import generate  # noqa: E402
import matplotlib as mpl  # noqa: E402
from generate.docstrings import escape_bars  # noqa: E402
from generate.formulas import set_formulas  # noqa: E402

import divergences  # noqa: E402

mathjax_path = "mathjax/tex-chtml.js"
mpl.use("Agg")
warnings.filterwarnings("error", module="divergences")

project = "divergences"
author = "The divergences authors"
project_copyright = author
release = version = generate.version()

# No intersphinx: it loads the inventories of other sites, and the gates have no network.
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",  # the pages need no network to be read
    "sphinx_copybutton",
    "sphinx_design",
    "myst_nb",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "_generated", "generate", "locale/README.md", "**/jupyter_execute"]
locale_dirs = ["locale"]
gettext_compact = False
gettext_location = False

# What pages compute is kept for the translation, until the code of the library changes.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE / "_build" / "jupyter_cache" / generate.digest())
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_render_image_options = {"align": "center"}
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

autodoc_typehints = "none"  # the docstrings say it in words
autodoc_member_order = "bysource"
toc_object_entries = False
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
# Names of parameters' types that are words, not classes.
nitpicky = False

html_theme = "pydata_sphinx_theme"
html_title = "divergences"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["live"]  # to the root of the site: live.html
html_domain_indices = False  # of four modules there is nothing to look up
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "show_nav_level": 1,
    "navigation_depth": 3,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": []}


def set_prompts(_app, config):
    """Label hidden code in the language of the pages; these labels are not gettext messages."""
    if config.language == "zh_TW":
        config.nb_code_prompt_show, config.nb_code_prompt_hide = "顯示程式碼", "隱藏程式碼"


def setup(app):
    """Write the generated pages before Sphinx looks for sources, and tidy docstrings."""
    app.connect("autodoc-process-docstring", set_formulas, priority=400)
    app.connect("autodoc-process-docstring", escape_bars)
    app.connect("config-inited", lambda _app, _config: generate.write(HERE, divergences))
    app.connect("config-inited", set_prompts)
