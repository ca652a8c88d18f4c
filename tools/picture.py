"""Takes the README's picture of the explorer, docs/explorer.png, of the real thing: `python -m tools.picture`."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from oauth_steps import GITHUB
from oauth_steps.explorer import Explorer
from tools import lab, started

STORY = "code too late"


def main() -> None:
    """The end of a story, in the window of `make explore`."""
    model = Explorer(GITHUB).model.tell(STORY)
    with started.chromium() as browser, started.served(urlencode({"story": STORY})) as served:
        page = browser.new_page(viewport={"width": 1280, "height": 960}, reduced_motion="reduce")
        page.goto(served.address)
        while model.told:
            page.get_by_role("button", name=re.compile("^Next: ")).click()
            model.next()
            page.get_by_text(str(model.now)).wait_for()
        page.get_by_text("The story ends here").wait_for()
        page.screenshot(path=lab.HERE / "docs" / "explorer.png")


if __name__ == "__main__":
    main()
