"""The live page shows the library's numbers, in both languages, by keys too, and asks no server."""

import json
import re
import subprocess
from math import inf

import pytest

from tests.architecture.source import ROOT
from tests.live.browser import BROWSER, OPTIONS
from tests.live.reference import FILE

PAGE = ROOT / "docs" / "live" / "live.html"
ROWS = json.loads(FILE.read_text(encoding="utf-8"))
TOLERANCE = 1e-9
needs_browser = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")


def dom(url, folder, *options):
    """Return the document after its scripts have run."""
    budget = "--virtual-time-budget=20000"
    end = (f"--user-data-dir={folder}", *options, "--dump-dom", url)
    command = [BROWSER, *OPTIONS, budget, *end]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    return run.stdout


def printed(page):
    """Return what a script has written into the element ``answer``, as JSON."""
    (answer,) = re.findall(r'<pre id="answer">(.*?)</pre>', page, re.DOTALL)
    return json.loads(answer)


def scripted(folder, script, page=PAGE):
    """Return the page with a script of the test after its own."""
    text = page.read_text(encoding="utf-8").replace(
        "<head>", f'<head><base href="{page.as_uri()}">'
    )
    end = f'<pre id="answer"></pre><script>{script}</script></body>'
    copy = folder / "page.html"
    copy.write_text(text.replace("</body>", end), encoding="utf-8")
    return copy.as_uri()


def close(found, expected):
    """Whether a number of the page is that of the library."""
    found = inf if found is None else found  # JSON has no infinity
    return found == expected or abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))


def test_files_name_no_server():
    for path in PAGE.parent.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.findall(r"\w+://|\bfetch\(|XMLHttpRequest|import\(|@import", text), path.name


@needs_browser
def test_numbers_are_the_libraries_in_all_settings(tmp_path):
    states = json.dumps([row["state"] for row in ROWS])
    script = f"""
        document.getElementById("answer").textContent = JSON.stringify({states}.map(quantities));
    """
    answers = printed(dom(scripted(tmp_path, script), tmp_path / "profile"))
    assert len(answers) == len(ROWS)
    wrong = [
        (row["state"], name, found[name], expected)
        for row, found in zip(ROWS, answers, strict=True)
        for name, expected in row["values"].items()
        if not close(found[name], expected)
    ]
    assert not wrong, wrong[:5]


@needs_browser
@pytest.mark.parametrize(
    ("code", "tag", "heading"), [("en", "en", "Densities"), ("zh", "zh-Hant-TW", "機率密度")]
)
def test_page_reads_its_address_and_asks_no_server(code, tag, heading, tmp_path):
    row = next(r for r in ROWS if r["state"]["p"]["kind"] == "mixture" and r["values"]["kl"] < 10)
    sides = {
        side: "_".join(
            map(str, (s["kind"], s["scale"], s["weight"], "".join(map(str, s["heights"]))))
        )
        for side, s in row["state"].items()
        if side in "pq"
    }
    fields = {**sides, "s": row["state"]["separation"], "f": "kl", "lang": code}
    address = "&".join(f"{key}={value}" for key, value in fields.items())
    log = tmp_path / "net.json"
    page = dom(f"{PAGE.as_uri()}#{address}", tmp_path / "profile", f"--log-net-log={log}")
    assert f'<html lang="{tag}">' in page
    assert heading in page
    shown = dict(re.findall(r'id="value-(\w+)">([^<]*)<', page))
    for name, expected in row["values"].items():
        assert close(float(shown[name].replace("∞", "inf")), expected), name
    asked = [line for line in log.read_text(encoding="utf-8").splitlines() if "initiator" in line]
    assert asked, "the log of the network names no request, not even the browser's own"
    assert all('"initiator":"not an origin"' in line for line in asked)  # none is the page's


@needs_browser
def test_languages_have_the_same_words_and_keys_draw_a_histogram(tmp_path):
    script = """
        const press = (node, key) => {
            node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        };
        const named = (node) =>
            node.labels?.length || node.textContent || node.getAttribute("aria-label");
        const select = document.querySelector("select[name=p-kind]");
        select.value = "histogram";
        select.dispatchEvent(new Event("change"));
        const before = quantities(state).js, height = state.p.heights[3];
        press(document.getElementById("p-bin-3"), "ArrowUp");
        press(document.getElementById("p-bin-3"), "ArrowRight");
        const focused = document.activeElement.id;
        document.getElementById("language").click();
        const chinese = document.documentElement.lang, hash = location.hash;
        readAddress();
        document.getElementById("answer").textContent = JSON.stringify({
            keys: Object.values(WORDS).map((words) => Object.keys(words)),
            raised: state.p.heights[3] - height, changed: quantities(state).js !== before,
            focused, chinese, hash, kind: state.p.kind,
            unnamed: [...document.querySelectorAll("input, select, svg, button")]
                .filter((node) => !named(node)).length,
        });
    """
    found = printed(dom(scripted(tmp_path, script), tmp_path / "profile"))
    english, chinese = found["keys"]
    assert english == chinese
    assert (found["raised"], found["changed"], found["focused"]) == (1, True, "p-bin-4")
    assert (found["chinese"], found["kind"]) == ("zh-Hant-TW", "histogram")
    assert "lang=zh" in found["hash"]
    assert found["unnamed"] == 0
