"""The page in a real browser, wide and narrow."""

from pathlib import Path

import matplotlib.image
import pytest

from .browser import CHROMIUM, Browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: run `sh tests/tools.sh`")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [1250, 390])
def test_pages_load_in_silence(graded: Path, tmp_path: Path, width: int) -> None:
    """Every page shows without a console message, a request, or a sideways scroll, and is not blank."""
    with Browser(tmp_path / "profile") as browser:
        for page in ("report.html", "feedback/bob.html"):
            browser.open(graded / "report" / page, width)
            assert browser.evaluate(OVERFLOW) <= 0, page
            assert (
                browser.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
                == "rgb(34, 48, 60)"
            )
            image = browser.screenshot(tmp_path / "page.png")
            pixels = matplotlib.image.imread(tmp_path / "page.png")
            assert image.startswith(b"\x89PNG") and pixels.shape[1] == width and pixels.std() > 0.05
            assert not browser.told("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"), page
            requests = [one["request"]["url"] for one in browser.told("Network.requestWillBeSent")]
            assert [url for url in requests if not url.startswith("data:")] == [(graded / "report" / page).as_uri()]


def test_charts_stand_side_by_side_only_where_there_is_room(graded: Path, tmp_path: Path) -> None:
    """Two charts share a row at 1250 px and stack on a phone; every picture is drawn."""
    tops = "[...document.querySelectorAll('#overview figure')].map(f => f.getBoundingClientRect().top)"
    drawn = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
    with Browser(tmp_path / "profile") as browser:
        for width, rows in ((1250, 1), (390, 2)):
            browser.open(graded / "report" / "report.html", width)
            assert len(set(browser.evaluate(tops))) == rows
            assert browser.evaluate("document.images.length") >= 4 and browser.evaluate(drawn)


def test_no_table_is_clipped_on_paper(graded: Path, tmp_path: Path) -> None:
    """On A4 every table has its whole width on the page, upright or, that of the grades, across."""
    wide = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    with Browser(tmp_path / "profile") as browser:
        for width, where in ((703, "!e.closest('#grades')"), (1047, "e.closest('#grades')")):  # millimeters at 96 dpi
            browser.open(graded / "report" / "report.html", width)
            browser.call("Emulation.setEmulatedMedia", media="print")
            assert browser.evaluate(f"{wide}.filter(e => {where}).length") == 0


def test_the_policy_stops_what_escaping_might_miss(graded: Path, tmp_path: Path) -> None:
    """Even a script, a style and an image planted in the page's text do nothing: the policy refuses them."""
    text = (graded / "report" / "report.html").read_text(encoding="utf-8")
    planted = "<script>document.title='owned'</script><p id=st style='color:red'>x</p>"
    planted += "<img id=out src='http://127.0.0.1:9/x.png'></main>"
    evil = tmp_path / "evil.html"
    evil.write_text(text.replace("</main>", planted), encoding="utf-8")
    with Browser(tmp_path / "profile") as browser:
        browser.open(evil, 1250)
        assert browser.evaluate("document.title") == "Class report"
        assert browser.evaluate("document.getElementById('out').naturalWidth") == 0
        assert browser.evaluate("getComputedStyle(document.getElementById('st')).color") != "rgb(255, 0, 0)"
        refused = [entry["entry"]["text"] for entry in browser.told("Log.entryAdded")]
        assert len([one for one in refused if "Content Security Policy" in one or "blocked" in one.lower()]) >= 3
