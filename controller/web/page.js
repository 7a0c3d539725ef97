// The page's side of `roger web`: a button, a microphone, a screen and a speaker, over one WebSocket.
const root = element.querySelector(".roger");
const find = (name) => root.querySelector("." + name);
const TEXTS = {
  en: { talk: "Hold to talk", down: "Let go to send", stop: "Stop", choose: "Choose an image", webcam: "Webcam",
    snap: "Take it", describe: "Describe it", remove: "Remove", drop: "or drop one here; it goes with your next question",
    ready: "this image goes with your next question", nothing: "Hold the button and speak, or write below.",
    loading: "loading", missing: "missing", off: "off", saved: "saved", lost: "The connection is lost. It comes back by itself.",
    microphone: "There is no microphone, or it may not be used. Over the network, browsers want https.",
    camera: "There is no webcam, or it may not be used.", did: "Somebody else: ",
    states: { idle: "ready", recording: "listening", transcribing: "hearing", classifying: "understanding", acting: "acting",
      querying: "asking", displaying: "done" },
    outcomes: { nothing_heard: "Nothing heard", too_short: "Too short: hold the button while you speak", cancelled: "Stopped",
      unknown: "I don't know that", done: "Done" } },
  ko: { talk: "누르고 말하세요", down: "떼면 보내요", stop: "멈춤", choose: "이미지 고르기", webcam: "웹캠", snap: "찍기",
    describe: "설명해 줘", remove: "빼기", drop: "여기에 끌어다 놓아도 돼요. 다음 질문과 함께 보내요", ready: "다음 질문과 함께 보내요",
    nothing: "버튼을 누르고 말하거나 아래에 쓰세요.", loading: "준비 중", missing: "없음", off: "꺼짐", saved: "기록됨",
    lost: "연결이 끊겼어요. 저절로 돌아와요.", microphone: "마이크를 쓸 수 없어요. 네트워크에서는 https가 필요해요.",
    camera: "웹캠을 쓸 수 없어요.", did: "다른 사람: ",
    states: { idle: "준비됐어요", recording: "듣고 있어요", transcribing: "알아듣는 중", classifying: "이해하는 중", acting: "하는 중",
      querying: "물어보는 중", displaying: "다 됐어요" },
    outcomes: { nothing_heard: "못 들었어요", too_short: "너무 짧아요. 말하는 동안 누르고 계세요", cancelled: "멈췄어요",
      unknown: "모르는 말이에요", done: "다 했어요" } },
};
const PREROLL_S = 0.3, AGAIN_MS = 1500, STAGES = ["recording", "transcribing", "classifying", "acting", "querying"];
let words = TEXTS.en, socket = null, visitor = "", down = false, turn = 0, states = [], image = null;
const turns = new Map();

// ---- the connection ----

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/live?visitor=${visitor}`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => { root.dataset.ready = "no"; say(words.lost); setTimeout(connect, AGAIN_MS); };
}
function send(message) { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); }
function take(message) {
  ({ hello, oled, seen, speech, hush, saved, notice, refused })[message.kind]?.(message);
}
function hello(message) {
  visitor = message.visitor;
  words = TEXTS[message.language] ?? TEXTS.en;
  label();
  say("");
  root.dataset.ready = "yes";
}
function refused(message) { say(`${message.problem} ${message.hint}`); }
function notice(message) { say(words.did + message.text); }
function say(text) { find("notice").textContent = text; }
function label() {
  for (const name of ["stop", "webcam", "describe", "remove"]) find(name).textContent = words[name];
  find("label").textContent = down ? words.down : words.talk;
  find("choose").querySelector("span").textContent = words.choose;
  find("talks").dataset.empty = words.nothing;
  if (!image) hint(words.drop);
}

// ---- what the device shows ----

function oled(message) { find("oled").src = "data:image/png;base64," + message.png; }
function seen(message) {
  if (message.turn !== turn) { turn = message.turn; states = []; }
  if (message.state) {
    root.dataset.state = message.state;
    find("name").textContent = words.states[message.state];
    states.push([message.state, message.since]);
    if (message.state === "displaying" || message.state === "idle") timeline();
  }
  if ("level" in message) find("meter").firstChild.style.width = `${message.level * 100}%`;
  if (message.parts) {
    const named = Object.entries(message.parts).filter(([, status]) => status !== "off");
    find("parts").textContent = named.map(([part, status]) => `${part}: ${words[status] ?? status}`).join(", ");
  }
  if (turn) show(message);
}
function timeline() {
  const bars = states.slice(0, -1).map(([state, since], index) => [state, states[index + 1][1] - since]);
  const worked = bars.filter(([state]) => STAGES.includes(state));
  if (!worked.length) return;
  find("timeline").replaceChildren(...worked.map(([state, seconds]) => {
    const bar = document.createElement("li");
    bar.className = state;
    bar.style.flexGrow = Math.max(seconds, 0.02);
    bar.textContent = seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
    bar.title = `${words.states[state]}: ${bar.textContent}`;
    return bar;
  }));
}
function card() {
  if (turns.has(turn)) return turns.get(turn);
  const article = document.createElement("article");
  article.dataset.turn = turn;
  find("talks").prepend(article);
  turns.set(turn, { article, sounds: [] });
  return turns.get(turn);
}
function line(name, text, kind = "p") {
  const { article } = card();
  let found = article.querySelector("." + name);
  if (!found) { found = document.createElement(kind); found.className = name; article.append(found); }
  if (found.textContent !== text) found.textContent = text;
  return found;
}
function show(message) {
  if (message.image && image?.digest === message.image) {
    const shown = document.createElement("img");
    shown.src = image.url; shown.alt = "";
    card().article.append(shown);
    forgetImage();
  }
  if (message.caption && !message.heard) line("heard", message.caption);
  if (message.heard) {
    const heard = line("heard", message.heard);
    if (message.language) {
      const tag = document.createElement("span");
      tag.className = "tag"; tag.textContent = message.language; tag.lang = message.language;
      heard.append(tag);
    }
  }
  if (message.decided) line("decided", message.decided);
  if (message.question) line("answer", message.question);
  if (message.answer) line("answer", message.answer);
  if (message.results) line("answer", message.results);
  if (message.problem) line("problem", [message.problem, message.hint].filter(Boolean).join("\n"));
  if (message.outcome && !message.problem) {
    const text = words.outcomes[message.outcome];
    if (text && !card().article.querySelector(".answer")) line("outcome", text);
  }
  if (message.why) line("why", message.why);
}
function saved(message) {
  const kept = turns.get(message.turn);
  if (kept && !kept.article.querySelector(".saved")) {
    const tick = document.createElement("p");
    tick.className = "saved"; tick.textContent = "✓ " + words.saved;
    kept.article.append(tick);
  }
}

// ---- the speaker: one sentence after the other, and all of them once more in a player ----

const playing = { queue: [], now: null };
function speech(message) {
  const bytes = Uint8Array.from(atob(message.wav), (character) => character.charCodeAt(0));
  const kept = turns.get(message.turn);
  if (kept) { kept.sounds.push(bytes); player(kept); }
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
function player(kept) {
  let audio = kept.article.querySelector("audio");
  if (!audio) { audio = document.createElement("audio"); audio.controls = true; kept.article.append(audio); }
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
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const context = new AudioContext();
  const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
  await context.audioWorklet.addModule(url);
  const pieces = new AudioWorkletNode(context, "pieces");
  pieces.port.onmessage = ({ data }) => heard(data);
  context.createMediaStreamSource(stream).connect(pieces);
  mic.context = context;
}
function heard(piece) {
  if (down) { if (socket?.readyState === WebSocket.OPEN) socket.send(piece.buffer); return; }
  mic.before.push(piece);
  mic.kept += piece.length;
  while (mic.kept > PREROLL_S * mic.context.sampleRate) mic.kept -= mic.before.shift().length;
}
async function press() {
  if (down || root.dataset.ready !== "yes") return;
  const spoke = Boolean(playing.now);
  hush();
  try { await openMicrophone(); } catch { say(words.microphone); return; }
  down = true;
  send({ do: "press", rate: mic.context.sampleRate });
  if (!spoke) for (const piece of mic.before) socket.send(piece.buffer);  // else it has heard itself
  mic.before = []; mic.kept = 0;
  find("talk").classList.add("down");
  label();
}
function release() {
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
talk.addEventListener("keydown", (event) => { if (event.key === " " && !event.repeat) { event.preventDefault(); press(); } });
talk.addEventListener("keyup", (event) => { if (event.key === " ") { event.preventDefault(); release(); } });
talk.addEventListener("blur", release);
find("stop").addEventListener("click", () => { hush(); send({ do: "stop" }); });

// ---- images ----

function hint(text, wrong = false) { find("hint").textContent = text; find("hint").classList.toggle("wrong", wrong); }
async function give(file) {
  if (!file) return;
  const answer = await fetch(`/image?visitor=${visitor}`, { method: "POST", body: file });
  const said = await answer.json();
  if (!answer.ok) { hint(`${said.problem} ${said.hint}`, true); return; }
  if (image) URL.revokeObjectURL(image.url);
  image = { digest: said.digest, url: URL.createObjectURL(file) };
  find("preview").src = image.url;
  for (const name of ["preview", "describe", "remove"]) find(name).hidden = false;
  hint(`${words.ready} (${said.width} × ${said.height})`);
}
function forgetImage() {
  image = null;
  for (const name of ["preview", "describe", "remove"]) find(name).hidden = true;
  hint(words.drop);
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
    await finder.play();
    find("webcam").textContent = words.snap;
    return;
  }
  const canvas = document.createElement("canvas");
  canvas.width = finder.videoWidth; canvas.height = finder.videoHeight;
  canvas.getContext("2d").drawImage(finder, 0, 0);
  for (const track of finder.srcObject.getTracks()) track.stop();
  finder.hidden = true;
  find("webcam").textContent = words.webcam;
  canvas.toBlob(give, "image/jpeg", 0.9);
});

// ---- the text box is Gradio's ----

window.roger = { type: (text) => { if (text.trim()) send({ do: "type", text }); return ""; } };
label();
connect();
