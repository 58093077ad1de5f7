"use strict";
(() => {
  const PAGE = 50;
  const { columns, shown: order, rows } = JSON.parse(document.getElementById("data").textContent);
  const place = Object.fromEntries(columns.map((column, i) => [column.id, i]));
  const table = document.getElementById("table");
  const head = table.tHead, body = table.tBodies[0];
  const selects = [...document.querySelectorAll("#filters select")];
  let sorted = { column: place.number, descending: false };
  let shown = rows;
  let page = 0;

  const element = (name, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const whole = number => number.toLocaleString("en-US");

  // The value a column sorts by; null if unknown.
  const value = (row, column) => {
    if (column.kind !== "error") return row[place[column.id]];
    const measured = row[place[column.measured]], predicted = row[place[column.predicted]];
    return measured && predicted !== null ? 100 * (predicted - measured) / measured : null;
  };

  const size = bytes => {
    for (const [unit, name] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]])
      if (Math.abs(bytes) >= unit) return `${(bytes / unit).toFixed(2)} ${name}`;
    return `${bytes} B`;
  };
  const percent = error => `${error < 0 ? "−" : error > 0 ? "+" : ""}${Math.abs(error).toFixed(3)} %`;

  const cell = (row, column) => {
    const known = value(row, column);
    const td = element("td");
    if (column.kind !== "text") td.className = "number";
    if (known === null) {
      td.textContent = "–";
    } else if (column.kind === "bytes") {
      const data = element("data", size(known));
      data.value = known;
      data.title = `${whole(known)} B`;
      td.append(data);
    } else if (column.kind === "error") {
      const data = element("data", percent(known));
      data.value = row[place[column.predicted]] - row[place[column.measured]];
      data.title = `predicted ${whole(row[place[column.predicted]])} B, ${row[place.found]} ${whole(row[place[column.measured]])} B`;
      td.append(data);
    } else {
      td.textContent = column.kind === "count" ? whole(known) : known;
      if (column.kind === "text") td.title = known;
    }
    return td;
  };

  const compare = (a, b) => typeof a === "string" ? (a < b ? -1 : a > b ? 1 : 0) : a - b;

  const sort = () => {
    const column = columns[sorted.column];
    const sign = sorted.descending ? -1 : 1;
    // Unknown values sort last in both directions; ties keep record order.
    shown = shown.map(row => [value(row, column), row]).sort(([a, x], [b, y]) =>
      a === null || b === null ? (a === null) - (b === null) || x[0] - y[0] : sign * compare(a, b) || x[0] - y[0]).map(([, row]) => row);
  };

  const draw = () => {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const visible = order.map(id => columns[place[id]]);
    body.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(row => {
      const tr = element("tr");
      tr.append(...visible.map(column => cell(row, column)));
      return tr;
    }));
    for (const th of head.querySelectorAll("th")) {
      const isSorted = Number(th.dataset.column) === sorted.column;
      th.setAttribute("aria-sort", isSorted ? (sorted.descending ? "descending" : "ascending") : "none");
    }
    document.getElementById("count").textContent = `${whole(shown.length)} of ${whole(rows.length)} records`;
    document.getElementById("page").textContent = `Page ${whole(page + 1)} of ${whole(pages)}`;
    document.getElementById("pages").hidden = pages === 1;
    for (const [id, isOff] of [["first", page === 0], ["previous", page === 0], ["next", page === pages - 1], ["last", page === pages - 1]])
      document.getElementById(id).disabled = isOff;
  };

  const filter = () => {
    shown = rows.filter(row => selects.every(select => select.value === "" || row[place[select.dataset.column]] === select.value.slice(1)));
    page = 0;
    sort();
    draw();
  };

  const header = element("tr");
  for (const id of order) {
    const i = place[id], column = columns[i];
    const th = element("th");
    th.scope = "col";
    th.dataset.column = i;
    if (column.kind !== "text") th.className = "number";
    const button = element("button", column.name);
    button.type = "button";
    button.addEventListener("click", () => {
      sorted = { column: i, descending: sorted.column === i && !sorted.descending };
      page = 0;
      sort();
      draw();
    });
    th.append(button);
    header.append(th);
  }
  head.append(header);

  for (const select of selects) {
    const values = [...new Set(rows.map(row => row[place[select.dataset.column]]))].sort();
    // Values get a prefix, so that an empty name is not 'all'.
    select.append(new Option("all", ""), ...values.map(text => new Option(text, `=${text}`)));
    select.addEventListener("change", filter);
  }
  document.getElementById("filters").addEventListener("submit", event => event.preventDefault());
  document.getElementById("clear").addEventListener("click", () => {
    for (const select of selects) select.value = "";
    filter();
  });
  for (const [id, step] of [["first", -Infinity], ["previous", -1], ["next", 1], ["last", Infinity]])
    document.getElementById(id).addEventListener("click", () => {
      page = step === Infinity ? rows.length : step === -Infinity ? 0 : page + step;
      draw();
    });
  document.getElementById("filters").hidden = false;
  filter();
})();
