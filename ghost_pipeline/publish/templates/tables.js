"use strict";
// Gives every live table sorting, searching, paging, CSV and a chooser for each heading marked as a filter.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", follow);
  follow();

  function addFilters(table, live) {
    const bar = document.createElement("div");
    bar.className = "filters";
    for (const [number, head] of [...table.tHead.rows[0].cells].entries()) {
      if (!("filter" in head.dataset)) continue;
      const values = [...new Set(live.column(number).nodes().toArray().map((cell) => cell.textContent.trim()))].sort();
      const choice = document.createElement("select");
      choice.dataset.name = head.dataset.filter;
      const start = values.includes(head.dataset.start) ? head.dataset.start : "";
      choice.append(...(start ? [] : [new Option("all", "")]), ...values.map((value) => new Option(value, value)));
      choice.addEventListener("change", () => live.column(number).search(choice.value, {exact: Boolean(choice.value)}).draw());
      if (start) {
        choice.value = start;
        choice.dispatchEvent(new Event("change"));
      }
      const label = document.createElement("label");
      label.append(head.textContent.trim(), choice);
      bar.append(label);
    }
    if (bar.children.length) table.closest(".table-box").prepend(bar);
  }

  // plays.html#player=43290 shows the plays of one player.
  function followPlayer(DataTable, table, live) {
    const note = document.querySelector("[data-player-note]");
    if (!note) return;
    const names = embeddedNames();
    const wanted = () => new URLSearchParams(location.hash.slice(1)).get("player");
    DataTable.ext.search.push((settings, data, row) => {
      const player = wanted();
      if (settings.nTable !== table || !player) return true;
      return live.row(row).node().dataset.players.split(" ").includes(player);
    });
    const show = () => {
      const player = wanted();
      note.hidden = !player;
      note.querySelector("b").textContent = names[player] ?? `player ${player}`;
      live.draw();
    };
    addEventListener("hashchange", show);
    show();
  }

  // quality.html#week=2024-REG-03&check=speed_limit shows these expectations: choosers take their value from the address.
  const SHORT = {week: "season_week", table: "table_name", check: "check_id"};
  function followChoosers(table) {
    const note = document.querySelector("[data-chosen]");
    if (!note || table.id !== "checks") return;
    const show = () => {
      const wanted = new URLSearchParams(location.hash.slice(1));
      const known = [...wanted].map(([name, value]) => [SHORT[name] ?? name, value]);
      const choosers = [...table.closest(".table-box").querySelectorAll(".filters select")];
      const named = known.filter(([name]) => choosers.some((choice) => choice.dataset.name === name));
      if (!named.length && location.hash.length > 1) return;
      for (const choice of choosers) {
        const value = named.find(([name]) => name === choice.dataset.name)?.[1] ?? "";
        choice.value = [...choice.options].some((option) => option.value === value) ? value : "";
        choice.dispatchEvent(new Event("change"));
      }
      note.hidden = !named.length;
      note.querySelector("b").textContent = named.map(([, value]) => value).join(", ");
      if (named.length) note.closest("section").scrollIntoView();
    };
    note.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      history.pushState(null, "", "#");
      show();
    });
    addEventListener("hashchange", show);
    show();
  }

  function embeddedNames() {
    return JSON.parse(document.getElementById("player-names").textContent);
  }

  dataTablesReady.then(({default: DataTable}) => {
    for (const table of document.querySelectorAll("table[data-live]")) {
      const live = new DataTable(table, {
        order: [], pageLength: 25, autoWidth: false, lengthMenu: [10, 25, 50, 100],
        layout: {
          topStart: {buttons: [{
            extend: "csv", text: "Save as CSV", filename: table.id, exportOptions: {orthogonal: "sort"},
            customize: (csv) => csv.replaceAll("−", "-"),
          }]},
          topEnd: "search",
          bottomStart: "info", bottomEnd: "paging",
        },
        language: {search: "Search", emptyTable: "Nothing here yet"},
      });
      addFilters(table, live);
      followPlayer(DataTable, table, live);
      followChoosers(table);
    }
    document.documentElement.dataset.tables = "ready";
  });
})();
