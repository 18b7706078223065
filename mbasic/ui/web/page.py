"""The one page: a NiceGUI page with one element, whose behaviour is in static/desk.js."""

from pathlib import Path
from typing import Final

from nicegui import context, ui
from nicegui.element import Element

from mbasic.ui.web import nicegui_private as nicegui
from mbasic.ui.web.assets import Assets
from mbasic.ui.web.gate import SESSION_KEY

STATIC_FOLDER: Final = Path(__file__).parent / "static"
_TAG: Final = "mbasic-desk"


def page_assets() -> Assets:
    """The files of the page."""
    return Assets(
        {"desk": STATIC_FOLDER, "xterm": nicegui.XTERM_FOLDER, "codemirror": nicegui.CODEMIRROR_FOLDER},
    )


class DeskPages:
    """Registers the pages with NiceGUI; `build` makes one. `first_text`: the program of a new session, if not ours."""

    def __init__(self, assets: Assets, first_text: str = "") -> None:
        self._assets = assets
        self._first_text = first_text

    def register(self) -> None:
        """Serve / and /s/<n>."""
        nicegui.use_modules(self._assets.prefix, {_TAG: "desk/desk.js"})
        files = f"{self._assets.prefix}/desk"
        ui.add_head_html(
            f'<link rel="stylesheet" href="{self._assets.prefix}/xterm/xterm.css">'
            f'<link rel="stylesheet" href="{files}/theme.css"><link rel="stylesheet" href="{files}/desk.css">'
            f'<script src="{files}/early.js"></script>'
            '<meta name="description" content="MBASIC 5.21, Microsoft BASIC-80, in the browser">',
            shared=True,
        )
        ui.page("/")(self._page)
        ui.page("/s/{workspace}")(self._workspace_page)

    def build(self) -> None:
        """Make the page's one element, in the page that is being built."""
        client = context.client
        session: str = client.request.scope[SESSION_KEY]
        element = Element(_TAG)
        element.props["workspace"] = int(session.partition(".")[2] or 0)
        element.props["files"] = self._assets.version
        element.props["first-text"] = self._first_text
        nicegui.quiet(client)

    def _page(self) -> None:
        self.build()

    def _workspace_page(self, workspace: str) -> None:
        del workspace  # the Gate has read it
        self.build()
