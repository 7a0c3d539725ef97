"""What lanes are made of."""

from __future__ import annotations

from controller.simulator.report.markup import Html, tag


def lane(name: str, *content: Html | None, class_: str = "") -> Html:
    """A row with its name, which stays in sight when the row is scrolled."""
    inside = tag("div", *content, class_="lane")
    label = tag("span", name, class_="name", aria_hidden="true")
    return tag("div", label, inside, class_=f"row {class_ or name}", role="group", aria_label=name)


def mark(kind: str, style: str, title: str, *content: object, focus: bool = False) -> Html:
    """Anything that has details: `title` is shown by every browser, and in the panel where there is JavaScript.

    Args:
        focus: Can be reached with the keyboard.
    """
    if not focus:
        return tag("span", *content, class_=f"m {kind}", style=style, title=title)
    label = title.replace("\n", ", ")
    return tag("button", *content, type="button", class_=f"m {kind}", style=style, title=title, aria_label=label)


def label(left: str, title: str, *content: object) -> Html:
    """Text that goes on to the right for as long as there is room."""
    return tag("span", *content, class_="m label", style=left, title=title)
