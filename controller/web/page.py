"""What the browser shows: Gradio's page, with Roger's own panel on it."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any, Final

from config.loader import Config
from controller.engines import history_file
from controller.errors import RogerError
from controller.history.record import Record
from controller.history.store import Query, Store

FOLDER: Final = Path(__file__).parent
ICON: Final = FOLDER / "page.svg"
AROUND: Final = (FOLDER / "page.around.css").read_text("utf-8")
"""Styles of the page as a whole, and of the history; those of the panel are its own."""
SHOWN: Final = 100
TEXTS: Final = {
    "en": {
        "talk": "Talk",
        "history": "History",
        "search": "Search",
        "none": "Nothing yet.",
    },
    "ko": {
        "talk": "대화",
        "history": "기록",
        "search": "찾기",
        "none": "아직 없어요.",
    },
}


def make_page(config: Config) -> Any:
    """Gradio's blocks. Nothing on it is fetched from elsewhere."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio

    texts = TEXTS[config.roger.language]
    with gradio.Blocks(title="Roger", analytics_enabled=False, fill_width=True) as page:
        with gradio.Tab(texts["talk"]):
            gradio.HTML(
                html_template=_read("page.html"),
                css_template=_read("page.css"),
                js_on_load=_read("page.words.js") + _read("page.js"),
                apply_default_css=False,
            )
        with gradio.Tab(texts["history"]) as tab:
            search = gradio.Textbox(label=texts["search"], elem_id="search")
            found = gradio.HTML(elem_id="found", padding=False)
            for event in (search.change, search.submit, tab.select):
                event(lambda wanted: listed(config, wanted), search, found, show_progress="hidden")
    return page


def theme() -> Any:
    """Gradio's plain one with the system's fonts: the others are fetched from Google."""
    import gradio

    return gradio.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def listed(config: Config, wanted: str) -> str:
    """The last turns that have all the words, the newest first, as HTML."""
    path = history_file(config)
    if not path.exists():
        return _paragraph("none", TEXTS[config.roger.language]["none"])
    try:
        store = Store(path, write=False)
    except RogerError as error:
        return _paragraph("problem", str(error))
    try:
        turns = "".join(map(_turn, store.find(Query(tuple(wanted.split())), SHOWN)))
    finally:
        store.close()
    return turns or _paragraph("none", TEXTS[config.roger.language]["none"])


def _turn(record: Record) -> str:
    problem = f"{record.code} {record.problem}".strip()
    lines = {
        "when": " · ".join(filter(None, (record.time[:16].replace("T", " "), record.who, record.language))),
        "heard": record.transcript,
        "decided": record.action if record.action != "unknown" else "",
        "answer": record.answer or record.results,
        "problem": problem,
    }
    return f"<article>{''.join(_paragraph(name, text) for name, text in lines.items() if text)}</article>"


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>'


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
