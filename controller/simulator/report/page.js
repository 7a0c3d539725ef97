"use strict";
// Details of what is hovered, focused or tapped, in the panel instead of the browser's own titles.
const panel = document.getElementById("panel");
const marks = [...document.querySelectorAll(".m[title]")];
let pinned = null;

for (const mark of marks) {
  mark.dataset.details = mark.title;
  mark.removeAttribute("title");
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show(mark) {
  document.querySelector(".m.now")?.classList.remove("now");
  panel.hidden = !mark;
  if (!mark) return;
  mark.classList.add("now");
  const [first, ...rest] = mark.dataset.details.split("\n");
  panel.replaceChildren(element("b", first), element("p", rest.join("\n")));
  const picture = mark.querySelector("img");
  if (picture) panel.prepend(picture.cloneNode());
}

function pin(mark) {
  pinned = mark;
  show(mark);
}

const markOf = (event) => event.target.closest?.(".m");
document.addEventListener("mouseover", (event) => show(markOf(event) ?? pinned));
document.addEventListener("focusin", (event) => markOf(event) && pin(markOf(event)));
document.addEventListener("click", (event) => panel.contains(event.target) || pin(markOf(event)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") pin(null);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const chart = step && markOf(event)?.closest(".chart");
  if (!chart) return;
  const reachable = [...chart.querySelectorAll("button.m")];
  reachable[reachable.indexOf(markOf(event)) + step]?.focus();
  event.preventDefault();
});

const unfold = (inside) => inside?.closest("details")?.setAttribute("open", "");
addEventListener("hashchange", () => unfold(document.getElementById(location.hash.slice(1))));
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
