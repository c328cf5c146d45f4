"use strict";
(() => {
  const table = document.querySelector(".grades table"), tools = document.querySelector(".tools");
  const heads = [...table.tHead.rows[0].cells], bodies = [...table.tBodies];
  const rows = bodies.flatMap((body) => [...body.rows].filter((row) => !row.classList.contains("section")));
  const home = rows.map((row) => [row, row.parentNode]);
  const all = document.createElement("tbody");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const number = (text) => { const value = parseFloat(text); return Number.isNaN(value) ? null : value; };
  const first = heads.findIndex((head) => head.getAttribute("aria-sort"));

  function restore() {
    all.remove();
    home.forEach(([row, body]) => body.append(row));
    bodies.forEach((body) => table.append(body));
  }

  function sort(column, down) {
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    if (column === first && !down) { restore(); filter(); return; }
    const numeric = heads[column].dataset.sort === "number";
    const keyed = rows.map((row, place) => {
      const text = row.cells[column].textContent;
      return [numeric ? number(text) : plain(text), place, row];
    });
    keyed.sort(([a, i], [b, j]) => {
      if (a === null || b === null) return (a === null) - (b === null) || i - j;
      const order = numeric ? a - b : a < b ? -1 : a > b ? 1 : 0;
      return (down ? -order : order) || i - j;
    });
    bodies.forEach((body) => body.remove());
    table.append(all);
    keyed.forEach(([, , row]) => all.append(row));
    filter();
  }

  function filter() {
    const [find, section, ta, show] = ["find", "section", "ta", "show"].map((name) => {
      const field = tools.querySelector(`[name=${name}]`);
      return field ? field.value : "";
    });
    const wanted = plain(find.trim());
    let seen = 0;
    for (const row of rows) {
      const fits = (!wanted || plain(row.cells[0].textContent).includes(wanted))
        && (!section || row.dataset.section.split("\n").includes(section))
        && (!ta || row.dataset.ta.split("\n").includes(ta))
        && (!show || row.dataset.has.split(" ").includes(show));
      row.hidden = !fits;
      seen += fits;
    }
    for (const body of bodies) {
      const heading = body.querySelector(".section");
      if (heading) heading.hidden = [...body.rows].every((row) => row === heading || row.hidden);
    }
    tools.querySelector("output").textContent = seen === rows.length ? "" : `${seen} of ${rows.length}`;
  }

  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(column, now ? now === "ascending" : head.dataset.sort === "number");
    });
  });
  tools.hidden = false;
  tools.addEventListener("input", filter);
  const open = () => { const at = location.hash && document.getElementById(location.hash.slice(1)); if (at && "open" in at) at.open = true; };
  addEventListener("hashchange", open);
  open();
})();
