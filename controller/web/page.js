// The page's side of `roger web`: a button, a microphone, a screen and a speaker, over one WebSocket.
const root = element.querySelector(".roger");
const find = (name) => root.querySelector("." + name);
const PREROLL_S = 0.3, AGAIN_MS = 1500, REFUSED_MS = 10000, NOTICE_MS = 8000, KEPT = "roger visitor";
const TOUCHED = matchMedia("(pointer: coarse)").matches;
let words = TEXTS.en, socket = null, visitor = sessionStorage.getItem(KEPT) ?? "", turn = 0, image = null;
let held = false, down = false;  // the button; what is said goes to Roger
let refusal = "", over = false, fading = 0;
const turns = new Map();

// ---- the connection ----

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/live?visitor=${visitor}`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = lost;
}
function send(message) { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); }
function take(message) {
  ({ hello, oled, seen, speech, hush, notice, refused, elsewhere })[message.kind]?.(message);
}
function hello(message) {
  if (visitor && visitor !== message.visitor) afresh();
  else say("");
  visitor = message.visitor;
  sessionStorage.setItem(KEPT, visitor);
  words = TEXTS[message.language] ?? TEXTS.en;
  root.lang = document.documentElement.lang = message.language;
  ready(true);
}
function afresh() {  // Roger knows this page no more: what stands on it is history, and an image would be lost
  turn = 0;
  if (turns.size || image) say(words.fresh);
  else say("");
  turns.clear();
  if (image) forgetImage();
}
function ready(yes) {
  root.dataset.ready = yes ? "yes" : "no";
  for (const name of ["talk", "send"]) find(name).disabled = !yes;
  label();
}
async function lost() {
  release();
  ready(false);
  if (over) return;
  say(refusal || words.lost, true);
  const answer = refusal ? null : await fetch("favicon.ico", { cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) { location.reload(); return; }  // it wants to know the password again
  setTimeout(connect, refusal ? REFUSED_MS : AGAIN_MS);
  refusal = "";
}
function refused(message) { refusal = `${message.problem}\n${message.hint}`; }
function elsewhere() { over = true; say(words.elsewhere, true); }
function notice(message) { say(words.did + message.text); fading = setTimeout(() => say(""), NOTICE_MS); }
function say(text, wrong = false) {
  clearTimeout(fading);
  find("notice").textContent = text;
  find("notice").hidden = !text;
  find("notice").classList.toggle("wrong", wrong);
}
function label() {
  for (const name of ["stop", "describe", "remove"]) find(name).textContent = words[name];
  find("webcam").textContent = find("finder").hidden ? words.webcam : words.snap;
  find("label").textContent = down ? words.down : words.talk;
  find("choose").querySelector("span").textContent = words.choose;
  find("talks").dataset.empty = words.nothing;
  find("talks").setAttribute("aria-label", words.conversation);
  find("send").setAttribute("aria-label", words.send);
  for (const name of ["placeholder", "aria-label"]) box.setAttribute(name, words.write);
  if (!image && !find("hint").classList.contains("wrong")) hint(TOUCHED ? words.touch : words.drop);
}

// ---- what the device shows ----

function oled(message) { find("oled").src = "data:image/png;base64," + message.png; }
function seen(message) {
  turn = Math.max(turn, message.turn);
  if (message.turn === turn) status(message);
  if (message.turn) show(message);
}
function status(message) {
  if ("outcome" in message) root.dataset.outcome = message.outcome;
  if ("problem" in message && message.problem) root.dataset.outcome = "failed";
  if (message.state) {
    root.dataset.state = message.state;
    const failed = message.state === "displaying" && root.dataset.outcome === "failed";
    find("name").textContent = failed ? words.failed : words.states[message.state];
    find("talks").setAttribute("aria-busy", message.state === "querying");  // read out when it is whole
  }
  if ("level" in message) find("meter").firstChild.style.width = `${message.level * 100}%`;
  if (message.parts) {
    const named = Object.entries(message.parts).filter(([, status]) => status !== "off");
    find("parts").textContent = named.map(([part, status]) => `${part}: ${words[status] ?? status}`).join(", ");
  }
}

// ---- the conversation: a card for each turn, whose parts come in any order and stand in this one ----

const PARTS = ["heard", "picture", "decided", "answer", "outcome", "problem", "advice", "player", "bar", "times", "why", "saved"];
function card(number) {
  if (!turns.has(number)) {
    const article = document.createElement("article");
    article.dataset.turn = number;
    find("talks").prepend(article);
    turns.set(number, { article, sounds: [] });
  }
  return turns.get(number);
}
function part(number, name, kind = "p") {
  const { article } = card(number);
  let found = article.querySelector("." + name);
  if (!found) {
    found = document.createElement(kind);
    found.className = name;
    const after = [...article.children].find((child) => PARTS.indexOf(child.className) > PARTS.indexOf(name));
    article.insertBefore(found, after ?? null);
  }
  return found;
}
function line(number, name, text) {
  const found = text ? part(number, name) : turns.get(number)?.article.querySelector("." + name);
  if (!text) found?.remove();
  else if (found.textContent !== text) found.textContent = text;
}
function show(message) {
  const number = message.turn;
  if (message.image && image?.digest === message.image) {
    const shown = part(number, "picture", "img");
    shown.src = image.url; shown.alt = "";
    image = null;  // its address is in use
    forgetImage();
  }
  if (message.caption && !message.heard) line(number, "heard", message.caption);
  if (message.heard) heading(number, message);
  for (const name of ["decided", "why"]) if (message[name]) line(number, name, message[name]);
  for (const name of ["question", "answer", "results"]) if (message[name]) line(number, "answer", message[name]);
  if ("problem" in message) { line(number, "problem", message.problem); line(number, "advice", message.hint); }
  if ("outcome" in message) {
    const told = card(number).article.querySelector(".answer, .problem");
    line(number, "outcome", told ? "" : words.outcomes[message.outcome]);
  }
  if (message.timeline?.length) times(number, message.timeline);
  if (message.saved) line(number, "saved", "✓ " + words.saved);
}
function heading(number, message) {
  line(number, "heard", message.heard);
  if (!message.language) return;
  const tag = document.createElement("span");
  tag.className = "tag"; tag.textContent = message.language;
  part(number, "heard").lang = message.language;
  part(number, "heard").append(tag);
}
function times(number, timeline) {
  const bars = timeline.map(([state, seconds]) => {
    const bar = document.createElement("i");
    bar.dataset.state = state;
    bar.style.flexGrow = 1000 * seconds;  // all of the width is shared out from 1 on
    return bar;
  });
  part(number, "bar", "div").replaceChildren(...bars);
  const list = part(number, "times", "ol");
  list.setAttribute("aria-label", words.times);
  list.replaceChildren(...timeline.map(([state, seconds]) => {
    const item = document.createElement("li"), dot = document.createElement("i");
    dot.dataset.state = state;
    item.append(dot, `${words.states[state]} ${seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`}`);
    return item;
  }));
}

// ---- the speaker: one sentence after the other, and all of them once more in a player ----

const playing = { queue: [], now: null };
function speech(message) {
  const bytes = Uint8Array.from(atob(message.wav), (character) => character.charCodeAt(0));
  const kept = card(message.turn);
  kept.sounds.push(bytes);
  player(message.turn, kept);
  if (message.turn === turn && !down) { playing.queue.push(bytes); next(); }
}
function next() {
  if (playing.now || !playing.queue.length) return;
  const url = URL.createObjectURL(new Blob([playing.queue.shift()], { type: "audio/wav" }));
  playing.now = new Audio(url);
  const over = () => { URL.revokeObjectURL(url); playing.now = null; next(); };
  playing.now.onended = over;
  playing.now.onerror = over;
  playing.now.play().catch(over);
}
function hush() {
  playing.queue = [];
  if (playing.now) { playing.now.pause(); playing.now.onended = null; playing.now = null; }
  for (const player of root.querySelectorAll("audio")) player.pause();
}
function player(number, kept) {
  const audio = part(number, "player", "audio");
  audio.controls = true;
  if (kept.url) URL.revokeObjectURL(kept.url);
  kept.url = URL.createObjectURL(new Blob([joined(kept.sounds)], { type: "audio/wav" }));
  audio.src = kept.url;
}
function joined(files) {  // WAV files of the same kind, each with a header of 44 bytes
  const sizes = files.map((file) => file.length - 44), whole = new Uint8Array(44 + sizes.reduce((a, b) => a + b, 0));
  whole.set(files[0].subarray(0, 44));
  let at = 44;
  for (const file of files) { whole.set(file.subarray(44), at); at += file.length - 44; }
  const view = new DataView(whole.buffer);
  view.setUint32(4, whole.length - 8, true);
  view.setUint32(40, whole.length - 44, true);
  return whole;
}

// ---- the microphone: sent only while the button is held, with the moment before ----

const mic = { context: null, before: [], kept: 0 };
const WORKLET = `registerProcessor("pieces", class extends AudioWorkletProcessor {
  process([input]) { if (input[0]) this.port.postMessage(Int16Array.from(input[0], (value) =>
    Math.max(-32768, Math.min(32767, Math.round(value * 32767))))); return true; } });`;
async function openMicrophone() {
  if (mic.context) { await mic.context.resume(); return; }
  if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const context = new AudioContext();
  const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
  await context.audioWorklet.addModule(url);
  const pieces = new AudioWorkletNode(context, "pieces");
  pieces.port.onmessage = ({ data }) => heard(data);
  context.createMediaStreamSource(stream).connect(pieces);
  stream.getAudioTracks()[0].onended = () => { mic.context = null; context.close(); release(); say(words.gone, true); };
  mic.context = context;
}
function noMicrophone(error) {
  return { SecurityError: words.insecure, NotAllowedError: words.denied }[error.name] ?? words.none;
}
function heard(piece) {
  if (down) { if (socket?.readyState === WebSocket.OPEN) socket.send(piece.buffer); return; }
  mic.before.push(piece);
  mic.kept += piece.length;
  while (mic.kept > PREROLL_S * mic.context.sampleRate) mic.kept -= mic.before.shift().length;
}
async function press() {
  if (held || root.dataset.ready !== "yes") return;
  held = true;
  const spoke = Boolean(playing.now), first = !mic.context;
  hush();
  try { await openMicrophone(); } catch (error) { held = false; say(noMicrophone(error), true); return; }
  if (!held) { if (first) say(words.allowed); return; }  // the button was let go to allow the microphone
  say("");
  down = true;
  send({ do: "press", rate: mic.context.sampleRate });
  if (!spoke) for (const piece of mic.before) socket.send(piece.buffer);  // else it has heard itself
  mic.before = []; mic.kept = 0;
  find("talk").classList.add("down");
  label();
}
function release() {
  held = false;
  if (!down) return;
  down = false;
  send({ do: "release" });
  find("talk").classList.remove("down");
  label();
}
const talk = find("talk");
talk.addEventListener("pointerdown", (event) => { talk.setPointerCapture(event.pointerId); press(); });
for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) talk.addEventListener(name, release);
talk.addEventListener("contextmenu", (event) => event.preventDefault());
const isHeld = (event) => event.key === " " || event.key === "Enter";
talk.addEventListener("keydown", (event) => { if (isHeld(event)) { event.preventDefault(); if (!event.repeat) press(); } });
talk.addEventListener("keyup", (event) => { if (isHeld(event)) { event.preventDefault(); release(); } });
talk.addEventListener("blur", release);
document.addEventListener("visibilitychange", () => { if (document.hidden) release(); });
find("stop").addEventListener("click", () => { hush(); send({ do: "stop" }); });

// ---- images ----

function hint(text, wrong = false) { find("hint").textContent = text; find("hint").classList.toggle("wrong", wrong); }
async function give(file) {
  if (!file) return;
  let answer, said;
  try {
    answer = await fetch(`/image?visitor=${visitor}`, { method: "POST", body: file });
    said = await answer.json();
  } catch { hint(words.upload, true); return; }
  if (!answer.ok) { hint(`${said.problem}\n${said.hint}`, true); return; }
  if (image) URL.revokeObjectURL(image.url);
  image = { digest: said.digest, url: URL.createObjectURL(file) };
  find("preview").src = image.url;
  for (const name of ["preview", "describe", "remove"]) find(name).hidden = false;
  hint(`${words.ready} (${said.width} × ${said.height})`);
}
function forgetImage() {
  if (image) URL.revokeObjectURL(image.url);
  image = null;
  for (const name of ["preview", "describe", "remove"]) find(name).hidden = true;
  hint(TOUCHED ? words.touch : words.drop);
}
const input = find("choose").querySelector("input");
input.addEventListener("change", () => { give(input.files[0]); input.value = ""; });
find("remove").addEventListener("click", () => { forgetImage(); send({ do: "no image" }); });
find("describe").addEventListener("click", () => send({ do: "type", text: "" }));
const area = find("image");
for (const name of ["dragover", "dragleave", "drop"]) area.addEventListener(name, (event) => {
  event.preventDefault();
  area.classList.toggle("over", name === "dragover");
  if (name === "drop") give(event.dataTransfer.files[0]);
});
const finder = find("finder");
find("webcam").addEventListener("click", async () => {
  if (finder.hidden) {
    try { finder.srcObject = await navigator.mediaDevices.getUserMedia({ video: true }); } catch { hint(words.camera, true); return; }
    finder.hidden = false;
    label();
    await finder.play();
    return;
  }
  const canvas = document.createElement("canvas");
  canvas.width = finder.videoWidth; canvas.height = finder.videoHeight;
  canvas.getContext("2d").drawImage(finder, 0, 0);
  for (const track of finder.srcObject.getTracks()) track.stop();
  finder.hidden = true;
  label();
  canvas.toBlob(give, "image/jpeg", 0.9);
});

// ---- writing ----

const form = find("write"), box = form.querySelector("textarea");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!box.value.trim() || root.dataset.ready !== "yes") return;
  hush();
  send({ do: "type", text: box.value });
  box.value = "";
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;  // Hangul is still being put together
  event.preventDefault();
  form.requestSubmit();
});

label();
connect();
