"""What JupyterLite does otherwise than Jupyter, and a lesson relies on: mended in its built files."""

import re
from pathlib import Path

# A cell tagged `raises-exception` is meant to fail, and Run All goes on after it: the page says so to the kernel, as
# `stop_on_error`. JupyterLite's kernels drop all that waits, whatever was said (services/src/kernel/client.ts). Nearly
# every lesson breaks something on purpose.
_DROPS = re.compile(
    r'("execute_reply"===(?P<reply>\w+)\.header\.msg_type&&"error"===(?P=reply)\.content\.status)'
    r'(&&"interrupt"!==(?P=reply)\.metadata\.cause&&\(.{,300}?,(?P<kernel>\w+)=await \w+\(\{id:)'
)
_UNLESS = r"\1&&!1!==\g<kernel>.parent?.content.stop_on_error\3"


def mend(site: Path) -> None:
    """Raises LookupError if the place is no longer there, as in another release of JupyterLite."""
    mended = 0
    for script in (site / "build").glob("*.js"):
        text, times = _DROPS.subn(_UNLESS, script.read_text(encoding="utf-8"))
        if times:
            script.write_text(text, encoding="utf-8")
            mended += times
    if mended != 1:
        raise LookupError(
            f"JupyterLite's kernels no longer stop at an error as tools/lite/mends.py expects: {mended}"
        )
