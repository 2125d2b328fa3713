"""Every page of the site can be read: in light and dark, on a desk and a phone, by keys alone."""

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from tests.architecture.source import ROOT
from tests.live.browser import BROWSER, Browser

SITE = ROOT / "docs" / "_build" / "html"
CHINESE = SITE / "zh_TW"
AUDIT = Path(__file__).with_name("audit.js").read_text(encoding="utf-8")
DESK, PHONE = 1280, 400
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="the site has not been built"),
]


def pages():
    """Pages of the site, and those of its translation that are translated."""
    english = [p for p in SITE.rglob("*.html") if not {"_static", "zh_TW"} & set(p.parts)]
    chinese = [*CHINESE.glob("learn/*.html"), CHINESE / "index.html"]
    return sorted([*english, *(p for p in chinese if p.exists())])


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def audited(browser, page, width):
    """Open a page in a window of this width, ready to be asked for its faults."""
    browser.resize(width)
    browser.open(page.as_uri())
    browser.value(f"{AUDIT};0")


def colour(browser, theme):
    """Show the page in light or dark: the live page goes by what the reader prefers."""
    browser.prefer(theme)
    browser.value(f"document.documentElement.dataset.theme = '{theme}'")


def faults(browser, page):
    """List what a page does not show as it should."""
    audited(browser, page, DESK)
    colour(browser, "light")
    found = browser.value("[...contrasts(), ...cuts(true), ...unnamed()]")
    browser.resize(PHONE)
    colour(browser, "dark")
    return found + browser.value("[...contrasts(), ...cuts(false)]")


def tabbed(browser, most):
    """Press Tab until the focus has left the page, and return what had it."""
    found = []
    for _ in range(most):
        browser.press("Tab")
        now = browser.value("focused()")
        if now["name"] in ("body", "html"):
            break
        found.append(now)
    return found


def test_every_page_is_legible_named_and_whole(browser):
    assert len(pages()) > 100
    found = {str(page.relative_to(SITE)): faults(browser, page) for page in pages()}
    assert not {page: some for page, some in found.items() if some}


def test_faults_are_found(browser, tmp_path):
    page = tmp_path / "faults.html"
    page.write_text(
        "<body style='background: white'><p style='color: #777'>4.48 to 1</p>"
        "<p style='color: #767676'>4.54 to 1</p><h1 style='color: #949494'>3.03 to 1</h1>"
        "<div style='overflow: hidden; width: 50px'><p style='width: 90px'>cut</p></div>"
        "<div style='overflow: auto'><table><td style='min-width: 2000px'>scrolls</table></div>"
        "<p style='width: 2000px'>wide</p><img src='x.png' style='width: 9px; height: 9px'>",
        encoding="utf-8",
    )
    kinds = {re.split(r"[:,]| of \d", fault)[0] for fault in faults(browser, page)}
    assert {re.sub(r" \d{4}", "", kind) for kind in kinds} == {
        "a table",
        "contrast 4.48",
        "cut by the window",
        "cut in its box",
        "no words",
        "the page is wide",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_live_page_is_worked_by_keys(theme, browser):
    audited(browser, SITE / "live.html", DESK)
    colour(browser, theme)
    browser.value(
        "const kind = document.getElementById('q-kind-input');"
        "kind.value = 'histogram'; kind.dispatchEvent(new Event('change'))"
    )
    found = "[...document.querySelectorAll('{}')].filter(seen).map(n => n.id || name(n))"
    controls = browser.value(found.format('a, button, input, select, [tabindex="0"]'))
    reached = tabbed(browser, 3 * len(controls))
    assert {stop["name"] for stop in reached} == set(controls)
    assert not [stop["name"] for stop in reached if not stop["outlined"]]
    for control in browser.value(found.format("input, select")):
        browser.value(f"document.getElementById('{control}').focus()")
        before = browser.value("[focused().value, location.hash]")
        last = browser.value("document.activeElement.selectedIndex > 0")
        browser.press("ArrowUp" if last else "ArrowDown")
        value, address = browser.value("[focused().value, location.hash]")
        assert value != before[0], control
        assert address != before[1], control  # the page has followed


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sliders_are_told_from_what_is_around(theme, browser):
    audited(browser, SITE / "live.html", DESK)
    colour(browser, theme)
    box = "document.querySelector('input[type=range]').getBoundingClientRect()"
    clip = browser.value(
        f"(({{x, y, width, height}}) => ({{x, y, width, height, scale: 1}}))({box})"
    )
    pixels = 255 * imread(BytesIO(browser.picture(clip)))[..., :3].reshape(-1, 3)
    colours, counts = np.unique(pixels.round(), axis=0, return_counts=True)
    panel = colours[np.argmax(counts)].tolist()
    drawn = colours[counts >= 50].tolist()  # thumb and track, not the pixels of their edges
    assert browser.value(f"Math.max(...{drawn}.map(c => ratio(c, {panel})))") >= 3.0  # 1.4.11


def tabbed_to(browser, what):
    """Press Tab until the focus is on an element of this class, all on the way being seen."""
    for _ in range(40):
        browser.press("Tab")
        stop = browser.value("focused()")
        assert stop["outlined"], stop["name"]
        if what in stop["name"]:
            return
    raise AssertionError(f"Tab does not reach {what}.")


def test_theme_is_switched_by_keys(browser):
    browser.prefer("light")
    audited(browser, SITE / "start" / "index.html", DESK)
    tabbed_to(browser, "theme-switch-button")
    browser.press("Enter")
    for _ in range(3):
        browser.press("ArrowDown")
        if browser.value("document.activeElement.dataset.mode") == "dark":
            break
    browser.press("Enter")
    assert browser.value("document.documentElement.dataset.theme") == "dark"
    browser.value("localStorage.clear()")


def test_words_are_searched_by_keys(browser):
    audited(browser, SITE / "start" / "index.html", DESK)
    tabbed_to(browser, "search-button")
    browser.press("Enter")
    browser.write("jensen")
    browser.follow("Enter")
    found = "[...document.querySelectorAll('#search-results li a')].map(a => a.href)"
    links = browser.value(
        "new Promise(done => { const look = () => document.querySelector('#search-results li a')"
        f" ? setTimeout(() => done({found}), 300) : setTimeout(look, 50); look(); }})"
    )
    assert any(link.partition("#")[0].endswith("jensen_shannon_divergence.html") for link in links)
