// The workbook's own script: live verdicts, forms without a page load, keys in a quiz, sliders of a demonstration.
"use strict";
const byId = (id) => document.getElementById(id);

function put(id, html) { // replaces what a place shows, and only if it differs, so that what is open stays open
  const place = byId(id);
  if (place && place.dataset.html !== html) {
    place.dataset.html = html;
    place.innerHTML = html;
  }
}

function row(name, html) { // a verdict takes its place among those of the check before
  const old = byId("v-" + name);
  const fresh = document.createElement("template");
  fresh.innerHTML = html.trim();
  const item = fresh.content.firstElementChild;
  const open = old && old.querySelector("details[open]") && item.querySelector("details");
  if (open) open.open = true;
  if (old) old.replaceWith(item);
  else byId("verdicts").append(item);
}

function follow(panel) { // one connection, and only while the page is looked at: browsers allow six in all
  let source = null;
  const hear = (event) => {
    const told = JSON.parse(event.data);
    for (const [id, html] of Object.entries(told.parts || {})) put(id, html);
    if (told.row) row(told.row, told.html);
    if (told.rows) {
      for (const item of [...byId("verdicts").children]) if (!told.rows.includes(item.id.slice(2))) item.remove();
    }
    const mark = told.checking;
    if (mark !== undefined) {
      byId("verdicts").setAttribute("aria-busy", mark);
      if (mark) for (const item of byId("verdicts").children) item.classList.add("stale");
    }
    panel.dataset.heard = Number(panel.dataset.heard || 0) + 1;
  };
  const turn = () => {
    if (document.hidden && source) { source.close(); source = null; }
    if (!document.hidden && !source) { source = new EventSource(panel.dataset.live); source.onmessage = hear; }
  };
  document.addEventListener("visibilitychange", turn);
  window.addEventListener("pagehide", () => { if (source) source.close(); source = null; });
  window.addEventListener("pageshow", turn);
  turn();
}

async function send(form, button) { // a form whose answer is a text for a place on this page
  const data = new URLSearchParams(new FormData(form));
  if (button && button.name) data.set(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Part": "1" } });
  const text = await answer.text();
  if (form.dataset.into) byId(form.dataset.into).textContent = text;
}

document.addEventListener("submit", (event) => {
  if (event.target.dataset.into === undefined) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

for (const panel of document.querySelectorAll("[data-live]")) follow(panel);

function play(form) { // draws for each move of a slider; while one drawing is under way only the newest wish is kept
  const image = form.parentElement.querySelector("img");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let busy = false, again = false;
  const draw = async () => {
    if (busy) { again = true; return; }
    busy = true;
    const asked = new URLSearchParams(new FormData(form));
    if (dark.matches) asked.set("dark", "1");
    try {
      const answer = await fetch(form.dataset.draw + "?" + asked);
      if (!answer.ok) throw new Error(await answer.text());
      const drawn = await answer.json();
      for (const source of image.parentElement.querySelectorAll("source")) source.remove();
      image.src = drawn.figure;
      put("numbers", drawn.numbers);
      byId("trouble").textContent = "";
    } catch (error) { byId("trouble").textContent = error.message; }
    busy = false;
    form.dataset.drawn = Number(form.dataset.drawn || 0) + 1;
    if (again) { again = false; draw(); }
  };
  form.addEventListener("input", (event) => {
    const shown = form.querySelector(`output[for="${event.target.id}"]`);
    if (shown) shown.textContent = Number(event.target.value);
    draw();
  });
  dark.addEventListener("change", draw);
}
for (const form of document.querySelectorAll("[data-draw]")) play(form);

for (const form of document.querySelectorAll("[data-keys]")) { // 1 to 9 tick a choice, Enter goes on
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input[type=text], textarea")) return;
    const choice = form.querySelectorAll(".choice input")[Number(event.key) - 1];
    if (choice && !choice.matches(":disabled")) { choice.click(); choice.focus(); }
    if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-main]"));
    }
  });
}
