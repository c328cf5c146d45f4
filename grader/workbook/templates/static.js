// For exported pages: answers compared by hash, frames of demonstrations.
"use strict";

async function digest(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("|"))));
}

async function unsealed(sealed, salt, key) {
  const data = Uint8Array.from(atob(sealed), (c) => c.charCodeAt(0));
  for (let at = 0; at * 32 < data.length; at++) {
    const stream = await digest(salt, key, at);
    for (let i = 0; i < 32 && at * 32 + i < data.length; i++) data[at * 32 + i] ^= stream[i];
  }
  return new TextDecoder().decode(data);
}

for (const form of document.querySelectorAll("form[data-digest]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector(".told");
    if (!window.crypto || !crypto.subtle) { told.textContent = "Checking needs a page that came by https."; return; }
    const key = new FormData(form).getAll("pick").sort().join(",");
    const hex = [...await digest(form.dataset.salt, key, "key")].map((b) => b.toString(16).padStart(2, "0")).join("");
    const right = hex === form.dataset.digest;
    told.textContent = right ? "✓ right" : key ? "✗ not yet" : "Choose an answer.";
    told.className = "told " + (right ? "ok" : "no");
    form.querySelector(".why").innerHTML = right ? await unsealed(form.dataset.sealed, form.dataset.salt, key) : "";
  });
}

for (const demo of document.querySelectorAll("[data-frames]")) {
  const frames = JSON.parse(demo.dataset.frames), fields = [...demo.querySelectorAll("select")];
  demo.addEventListener("change", (event) => {
    for (const field of fields) if (field !== event.target) field.value = String(frames[0].values[field.name]);
    const same = (value, text) => String(value) === text || Number(value) === Number(text); // 1.0 is 1
    const at = frames.findIndex((one) => fields.every((field) => same(one.values[field.name], field.value)));
    if (at < 0) return;
    demo.querySelector("img").src = demo.dataset.demo + "/" + at + ".svg";
    demo.querySelector("#numbers").innerHTML = frames[at].numbers;
  });
}
