"""What the browser shows: Gradio's page, with Roger's own panel on it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from config.loader import Config
from controller.engines import history_file
from controller.errors import RogerError
from controller.history.store import Query, Store

FOLDER: Final = Path(__file__).parent
ICON: Final = FOLDER / "page.svg"
WHOLE_PAGE: Final = """
footer { display: none !important; }
.gradio-container { padding: .5rem 1rem !important; max-width: 76rem !important; margin: 0 auto !important; }
#found, #found * { font-family: system-ui, sans-serif; }
"""
SHOWN: Final = 100
TEXTS: Final = {
    "en": {
        "talk": "Talk",
        "history": "History",
        "search": "Search",
        "columns": ["when", "who", "heard", "decided", "answer"],
    },
    "ko": {
        "talk": "대화",
        "history": "기록",
        "search": "찾기",
        "columns": ["언제", "누가", "들은 말", "한 일", "대답"],
    },
}


def make_page(config: Config) -> Any:
    """Gradio's blocks. Nothing on it is fetched from elsewhere."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio

    texts = TEXTS[config.roger.language]
    with gradio.Blocks(title="Roger", analytics_enabled=False, fill_width=True) as page:
        with gradio.Tab(str(texts["talk"])):
            gradio.HTML(
                html_template=_read("page.html"),
                css_template=_read("page.css"),
                js_on_load=_read("page.words.js") + _read("page.js"),
                apply_default_css=False,
            )
        with gradio.Tab(str(texts["history"])) as tab:
            search = gradio.Textbox(label=str(texts["search"]), elem_id="search")
            found = gradio.Dataframe(
                headers=list(texts["columns"]),
                wrap=True,
                interactive=False,
                elem_id="found",
                buttons=[],
                max_height=700,
            )
            for event in (search.change, search.submit, tab.select):
                event(lambda wanted: rows(config, wanted), search, found, show_progress="hidden")
    return page


def theme() -> Any:
    """Gradio's plain one with the system's fonts: the others are fetched from Google."""
    import gradio

    return gradio.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def rows(config: Config, wanted: str) -> list[list[str]]:
    """The last turns that have all the words, the newest first."""
    path = history_file(config)
    if not path.exists():
        return []
    try:
        store = Store(path, write=False)
    except RogerError as error:
        return [["", "", "", "", str(error)]]
    try:
        return [
            [
                record.time[:16].replace("T", " "),
                record.who,
                record.transcript,
                record.action,
                record.answer or record.results or f"{record.code} {record.problem}".strip(),
            ]
            for record in store.find(Query(tuple(wanted.split())), SHOWN)
        ]
    finally:
        store.close()


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
