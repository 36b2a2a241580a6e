// Keys, selection and decisions; every word and all text of a fiche come from the server, escaped.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const area = $("#review"), picker = $("#picker"), status = $("#status");
let chosen = 0; // which issue of the list
let marked = null; // {start, quote}: words marked for the issue being added
let busy = Promise.resolve(); // decisions go out one after another

const section = () => $("#section");
const rows = () => [...document.querySelectorAll(".listed li[data-code]")];

function say(words, error = false) {
  status.textContent = words;
  status.classList.toggle("error", error);
}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    keepalive: true,
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error(document.body.dataset.gone);
  }
  const words = await answer.text();
  if (!answer.ok) throw new Error(words);
  return words;
}

// The server's templates escape what they hold, so an answer is markup that may be put in.
function put(place, markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  place.replaceChildren(...parsed.body.childNodes);
}

// Sends a decision on the section shown and hands the answer on.
function decide(action, use = show) {
  busy = busy.then(async () => {
    const { who, fiche, dimension, in: inside, of, open } = section().dataset;
    try {
      use(await ask("decide", { who, fiche, dimension, in: inside, of, open, ...action }));
      say(document.body.dataset.saved);
    } catch (error) {
      say(error.message, true);
    }
  });
}

function show(markup) {
  const held = document.activeElement && document.activeElement.id;
  const { fiche, dimension } = section().dataset;
  put(area, markup);
  shown(fiche, dimension);
  if (held && $(`#${CSS.escape(held)}`)) $(`#${CSS.escape(held)}`).focus({ preventScroll: true });
}

function shown(fiche, dimension) {
  const now = section().dataset;
  if (now.address) history.replaceState(null, "", now.address);
  if (now.fiche !== fiche || now.dimension !== dimension) {
    chosen = 0;
    window.scrollTo(0, 0);
  }
  choose(chosen);
}

function choose(place, focus = false) {
  const listed = rows();
  chosen = Math.max(0, Math.min(place, listed.length - 1));
  listed.forEach((row, n) => row.classList.toggle("chosen", n === chosen));
  if (focus && listed[chosen]) listed[chosen].focus();
  const number = listed[chosen] ? listed[chosen].dataset.n : "";
  document.querySelectorAll("#text mark").forEach((mark) => {
    mark.classList.toggle("chosen", mark.dataset.n.split(" ").includes(number));
  });
}

function onIssue(kind, row = rows()[chosen]) {
  if (row) decide({ kind, code: row.dataset.code, status: row.dataset.status });
}

// Where the selected words begin in the text, in UTF-16 units; null where none are selected.
function selectedWords() {
  const selection = getSelection(), text = $("#text");
  if (!text || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const quote = range.toString();
  return quote.trim() ? { start: before.toString().length, quote } : null;
}

function pick() {
  marked = selectedWords();
  if (!marked) {
    say(document.body.dataset.mark, true);
    return;
  }
  $("#quote").textContent = marked.quote.trim();
  $("#code-search").value = "";
  filterCodes();
  picker.showModal();
  $("#code-search").focus();
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const codes = [...document.querySelectorAll("#code option")];

// The section's usual issues first, then the others; only those that hold what was typed.
function filterCodes() {
  const wanted = fold($("#code-search").value.trim()), own = section().dataset.dimension;
  const left = codes.filter((code) => fold(code.textContent).includes(wanted));
  const usual = left.filter((code) => code.dataset.usual === own);
  $("#code").replaceChildren(...usual, ...left.filter((code) => code.dataset.usual !== own));
  $("#code").selectedIndex = left.length ? 0 : -1;
}

function addPicked() {
  const code = $("#code").value;
  if (!code || !marked) return;
  picker.close();
  getSelection().removeAllRanges();
  decide({ kind: "add", code, status: $("input[name=status]:checked", picker).value, ...marked });
}

function markFirstWord() {
  const text = $("#text");
  if (!text) return;
  text.focus();
  if (selectedWords()) return;
  getSelection().collapse(text, 0);
  getSelection().modify("extend", "forward", "word");
}

// In the text, arrows move the mark a word on or back, and lengthen it with shift.
function moveMark(event) {
  const forward = event.key === "ArrowRight", selection = getSelection();
  if (event.shiftKey) {
    selection.modify("extend", forward ? "forward" : "backward", "word");
  } else {
    if (forward) selection.collapseToEnd();
    else {
      selection.collapseToStart();
      selection.modify("move", "backward", "word");
    }
    selection.modify("extend", "forward", "word");
  }
}

function textKey(event) {
  const arrow = event.key === "ArrowRight" || event.key === "ArrowLeft";
  if (arrow && selectedWords()) moveMark(event);
  else if (arrow) markFirstWord();
  else if (event.key === "Enter") pick();
  else if (event.key === "Escape") {
    getSelection().removeAllRanges();
    $("#text").blur();
  } else return false;
  return true;
}

const follow = (id) => busy.then(() => $(id) && $(id).click());
const KEYS = {
  a: () => decide({ kind: "accept" }),
  c: pick,
  m: () => $("#note") && $("#note").focus(),
  n: () => follow("#next"),
  p: () => follow("#previous"),
  r: () => onIssue("reject"),
  s: () => onIssue("status"),
  t: markFirstWord,
  u: () => decide({ kind: "undo" }),
  ArrowDown: () => choose(chosen + 1, true),
  ArrowUp: () => choose(chosen - 1, true),
};

// A note leaves the page as it is: the click that took the focus from it must find its button.
function saveNote() {
  const note = $("#note");
  if (!note || note.value.trim() === note.defaultValue.trim()) return;
  const words = note.value;
  note.defaultValue = words;
  decide({ kind: "note", note: words }, () => {});
}

document.addEventListener("keydown", (event) => {
  if (picker.open || event.altKey || event.metaKey) return;
  const target = event.target;
  if (event.ctrlKey) {
    if (event.key === "Enter" && target.id === "note") saveNote();
    return;
  }
  if (target.matches("input, textarea, select")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (target.id === "text" && textKey(event)) {
    event.preventDefault();
    return;
  }
  const level = /^[0-9]$/.test(event.key) && $(`#level-${event.key}`);
  const act = level ? () => level.click() : Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (act && section().dataset.fiche) {
    event.preventDefault();
    act();
  }
});

area.addEventListener("click", (event) => {
  const button = event.target.closest("button"), row = event.target.closest(".listed li[data-code]");
  if (row) choose(rows().indexOf(row));
  if (!button) return;
  if (button.id === "add") pick();
  else if (button.id === "undo") decide({ kind: "undo" });
  else if (row) onIssue(button.dataset.kind, row);
  else if (button.dataset.kind) {
    const { kind, rating } = button.dataset;
    decide(rating ? { kind, rating } : { kind });
  }
});
area.addEventListener("focusin", (event) => {
  const row = event.target.closest(".listed li[data-code]");
  if (row) choose(rows().indexOf(row));
});
// A button that takes the focus would take the selection of words with it.
area.addEventListener("mousedown", (event) => {
  if (event.target.closest("#add")) event.preventDefault();
});
area.addEventListener("submit", (event) => {
  if (event.target.matches(".noting")) {
    event.preventDefault();
    saveNote();
  }
});
area.addEventListener("change", (event) => {
  if (event.target.closest(".filter")) event.target.form.requestSubmit();
  else if (event.target.id === "note") saveNote();
});

$("#code-search").addEventListener("input", filterCodes);
$("#code-search").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], list = $("#code");
  if (!step) return;
  event.preventDefault();
  list.selectedIndex = Math.max(0, Math.min(list.selectedIndex + step, list.options.length - 1));
});
$("#code").addEventListener("keydown", (event) => event.key === "Enter" && addPicked());
$("#code").addEventListener("dblclick", addPicked);
$("#picker-cancel").addEventListener("click", () => picker.close());
$("form", picker).addEventListener("submit", (event) => {
  event.preventDefault();
  addPicked();
});

async function outcome(path, body) {
  try {
    put($("#outcome"), await ask(path, body));
  } catch (error) {
    $("#outcome").textContent = error.message;
  }
  if ($("#training") && $("#training").dataset.state === "running") {
    setTimeout(() => outcome("train"), 1000);
  }
}
document.querySelectorAll("[data-post]").forEach((button) => {
  button.addEventListener("click", () => {
    $("#outcome").textContent = document.body.dataset.wait;
    busy.then(() => outcome(button.dataset.post, {}));
  });
});
choose(0);
