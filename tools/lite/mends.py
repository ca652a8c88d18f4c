"""What JupyterLite does otherwise than the course needs it, mended in its built files; each mend fits, or says so."""

import re
from pathlib import Path
from typing import NamedTuple


class Mend(NamedTuple):
    """At so many places in these files stands the pattern; what takes its place."""

    files: list[str]
    places: int
    pattern: str
    instead: str


# A cell tagged `raises-exception` is meant to fail, and Run All goes on after it: the page says so to the kernel, as
# `stop_on_error`. JupyterLite's kernels drop all that waits, whatever was said (services/src/kernel/client.ts). Nearly
# every lesson breaks something on purpose.
GOES_ON = Mend(
    ["build/*.js"],
    1,
    r'("execute_reply"===(?P<reply>\w+)\.header\.msg_type&&"error"===(?P=reply)\.content\.status)'
    r'(&&"interrupt"!==(?P=reply)\.metadata\.cause&&\(.{,300}?,(?P<kernel>\w+)=await \w+\(\{id:)',
    r"\1&&!1!==\g<kernel>.parent?.content.stop_on_error\3",
)
# Without a network an address is answered with what is kept of its path, whatever its query: each story of the explorer
# and each lesson is one page with many. And what is not there is not kept.
ANY_QUERY = Mend(
    ["service-worker.js"],
    1,
    r"a=await fetch\(t\),e\.waitUntil\(updateCache\(t,a\.clone\(\)\)\)",
    "a=await fetch(t).catch(async n=>{"
    "let r=await(await openCache()).match(t,{ignoreSearch:!0});if(r)return r;throw n}),"
    "a.ok&&e.waitUntil(updateCache(t,a.clone()))",
)
# It leaves all below api/ to the server, the list of files too, without which no lesson is found. Only what says what
# is new has to come from there.
LIST_OF_FILES = Mend(
    ["service-worker.js"],
    1,
    r'(\w+)\.pathname\.includes\("/api/"\)',
    r'\1.pathname.endsWith("/api/kept.json")',
)
# The way back to the course; and a lock that says that this page is open, for `startOver` in landing.js.
WAY_BACK = Mend(
    ["notebooks/index.html", "tree/index.html"],
    2,
    "</body>",
    """<a href="../index.html" style="position: fixed; right: 20px; bottom: 8px; z-index: 9; padding: 4px 10px;
  border-radius: 6px; background: #0b57b7; color: #fff; font: 14px system-ui, sans-serif">All lessons</a>
<script>
navigator.locks?.request(new URL("..", location).pathname, { mode: "shared" }, () => new Promise(() => {}));
</script>
</body>""",
)
MENDS = [GOES_ON, ANY_QUERY, LIST_OF_FILES, WAY_BACK]


def mend(site: Path) -> None:
    """Raises LookupError if a place is no longer there, as in another release of JupyterLite."""
    for one in MENDS:
        mended = 0
        for path in (path for name in one.files for path in site.glob(name)):
            text, places = re.subn(one.pattern, one.instead, path.read_text(encoding="utf-8"))
            if places:
                path.write_text(text, encoding="utf-8", newline="\n")
            mended += places
        if mended != one.places:
            raise LookupError(
                f"JupyterLite's {one.files} are not as tools/lite/mends.py expects: {mended} places"
            )
