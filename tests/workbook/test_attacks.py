"""The list of attacks on the workbook: each is tried on a running one, and refused."""

from urllib.parse import quote

import pytest

from tests.workbook.conftest import Running, exchanged

PAGES = [
    "/", "/lesson/overview", "/exercise/ex15_cutout", "/exercise/ex15_cutout/events", "/quiz/r1-early-stopping",
    "/quiz/r1-early-stopping/1", "/demo/early-stopping", "/demo/early-stopping/draw", "/static/style.css",
    "/picture/0.png", "/figure/x.svg", "/nothing",
]  # fmt: skip
ACTS = ["/exercise/ex15_cutout/check", "/exercise/ex15_cutout/reset", "/exercise/ex15_cutout/hint", "/link"]


@pytest.fixture(scope="module", autouse=True)
def cookie(workbook: Running) -> str:
    """The browser's cookie, got by the one-time link."""
    workbook.cookie = exchanged(workbook)
    return workbook.cookie


def test_without_the_cookie_there_is_nothing(workbook: Running) -> None:
    """No page, no stream, no picture and no button answers a request without the cookie, or with a wrong one."""
    for path in PAGES:
        assert workbook.ask(path, known=False).status == 403, path
        assert workbook.ask(path, known=False, Cookie=workbook.cookie[:-1]).status == 403, path
    for path in ACTS:
        assert workbook.ask(path, "POST", known=False).status == 403, path


def test_a_link_works_once(workbook: Running) -> None:
    """A token that was exchanged is spent, one that was never given is none; no script can read the cookie."""
    spent = f"/{workbook.link.removeprefix(workbook.base)}"
    assert workbook.ask(spent, known=False).status == 403
    assert workbook.ask("/?token=AAAA", known=False).status == 403
    assert workbook.ask("/?token=", known=False).status == 403
    fresh = workbook.ask("/link", "POST").text.split()[0].removeprefix(workbook.base)
    answer = workbook.ask(f"/{fresh}", known=False)
    assert answer.status == 303 and answer.headers["location"] == "/"
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert workbook.ask(f"/{fresh}", known=False).status == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "127.0.0.1.nip.io:{port}", ""]
)
def test_a_foreign_host_is_refused(workbook: Running, host: str) -> None:
    """A name that was made to resolve to this machine (DNS rebinding) is not served, cookie or not."""
    port = workbook.host.partition(":")[2]
    assert workbook.ask("/", Host=host.format(port=port)).status in (400, 421)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "https://127.0.0.1", "http://localhost:{other}"])
def test_a_foreign_origin_is_refused(workbook: Running, origin: str) -> None:
    """A form or a script of another page, of another port too, or one that hides where it comes from, does nothing."""
    before = workbook.stub().read_bytes()
    for path in ACTS:
        answer = workbook.ask(path, "POST", Origin=origin.format(other="1"))
        assert answer.status == 403, (path, origin)
    assert workbook.stub().read_bytes() == before
    if origin:
        assert workbook.ask("/", Origin=origin.format(other="1")).status == 403


def test_other_methods_are_refused(workbook: Running) -> None:
    """Only GET, HEAD and POST are answered, and a POST has a length that is bounded."""
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert workbook.ask("/", method).status == 405
    assert workbook.ask("/link", "POST", body="x" * 70_000).status == 413


@pytest.mark.parametrize("place", ["static", "lesson", "figure", "exercise", "quiz", "demo", "picture"])
def test_no_path_leads_out_of_the_course(workbook: Running, place: str) -> None:
    """Dots, slashes, their escapes, absolute paths and NUL name no page."""
    secret = workbook.root / "secret.md"
    secret.write_text("secret", encoding="utf-8")
    names = ["../secret.md", "..%2fsecret.md", "%2e%2e/secret.md", "..%5csecret.md", quote(str(secret), safe=""),
             str(secret), "%00", "overview%00.md", "../../../../etc/passwd", "....//secret.md"]  # fmt: skip
    for name in names:
        answer = workbook.ask(f"/{place}/{name}")
        assert answer.status in (400, 404, 405), (place, name)
        assert "secret" not in answer.text and "root:" not in answer.text


def test_the_policy_lets_nothing_in(workbook: Running) -> None:
    """Every page carries a policy whose nonce is new each time, and loads nothing from elsewhere."""
    first, second = (workbook.ask("/exercise/ex15_cutout") for _ in range(2))
    for answer in (first, second):
        policy = answer.headers["content-security-policy"]
        nonce = policy.partition("script-src 'nonce-")[2].partition("'")[0]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert nonce and answer.text.count(f'nonce="{nonce}"') == 2 == answer.text.count("nonce=")
        assert "//cdn" not in answer.text and "<style" not in answer.text and " style=" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]


def test_values_out_of_range_are_a_sentence(workbook: Running) -> None:
    """A demonstration refuses what its sliders cannot say, in words."""
    for value, words in (("99", "from 1 to 20"), ("nan", "from 1 to 20"), ("<script>", "is a number")):
        answer = workbook.ask(f"/demo/early-stopping/draw?patience={quote(value)}")
        assert answer.status == 400 and words in answer.text, answer
        assert answer.headers["content-type"].startswith("text/plain")


def test_a_private_file_tells_only_its_owner(workbook: Running) -> None:
    """`grader open` once more finds the running workbook by a file that nobody else can read, and gets a new link."""
    done = workbook.grader("open", "--no-browser")
    assert "open already" in done.stdout and workbook.base in done.stdout
    (note,) = (path for path in (workbook.root.parent.parent).rglob("workbook-*.json"))
    assert note.stat().st_mode & 0o077 == 0 and note.parent.stat().st_mode & 0o077 == 0
    assert workbook.ask("/token", "POST", Authorization="Bearer x", Origin="").status == 403


def test_a_port_that_is_taken_is_a_sentence(workbook: Running) -> None:
    """`grader open --port` of a port in use says so and what to do."""
    done = workbook.grader("open", "--no-browser", "--port", workbook.host.partition(":")[2])
    assert done.returncode == 2 and "leave --port out" in done.stderr and "Traceback" not in done.stderr
