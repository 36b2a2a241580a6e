"use strict";
(function () {
  var data = JSON.parse(document.getElementById("data").textContent);
  var words = data.words, dimensions = data.dimensions;
  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }
  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_, name) {
      return String(values[name]).replace(/\B(?=(\d{3})+$)/g, data.thousands);
    });
  }
  function make(tag, text, parent) {
    var node = document.createElement(tag);
    if (text) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  // Sorting: each header of a .sortable table becomes a button.
  function key(cell) {
    if (cell.dataset.v !== undefined) return cell.dataset.v === "" ? null : Number(cell.dataset.v);
    var text = cell.textContent.trim();
    return text === "–" || text === "" ? null : text;
  }
  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true });
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var label = head.querySelector("span") || head;
      var button = make("button");
      button.type = "button";
      button.className = "sort";
      button.title = words.sort_by + " " + label.textContent.trim();
      while (label.firstChild) button.appendChild(label.firstChild);
      label.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending" ||
          (!head.hasAttribute("aria-sort") && head.dataset.first === "down");
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var body = table.tBodies[0];
        var rows = Array.from(body.rows).map(function (row) { return [key(row.cells[column]), row]; });
        rows.sort(function (a, b) {
          var blank = (a[0] === null) - (b[0] === null);  // what is absent stays at the end
          return blank || (down ? -1 : 1) * compare(a[0], b[0]);
        });
        rows.forEach(function (pair) { body.appendChild(pair[1]); });
      });
    });
  });

  // Filters of the heat map.
  var form = document.getElementById("filters");
  var rows = Array.from(document.querySelectorAll("#heat tbody tr"));
  function options(select, pairs) {
    select.add(new Option(words.any, ""));
    pairs.forEach(function (pair) { select.add(new Option(pair[1], pair[0])); });
    if (!pairs.length) select.closest("label").hidden = true;
  }
  function values(name) {
    var seen = new Set();
    data.rows.forEach(function (row) { [].concat(row[name]).forEach(function (v) { if (v) seen.add(v); }); });
    return Array.from(seen).sort(function (a, b) { return a.localeCompare(b); })
      .map(function (v) { return [v, v]; });
  }
  function meets(row) {
    var f = form.elements;
    var place = f.dimension.value;
    var levels = place === "" ? row.levels : [row.levels[Number(place)]];
    return ["country", "window", "period"].every(function (name) {
      return !f[name].value || row[name] === f[name].value;
    }) && (!f.agency.value || row.agency.indexOf(f.agency.value) >= 0) &&
      (!f.issue.value || row.issues.indexOf(f.issue.value) >= 0) &&
      (!f.level.value || levels.indexOf(f.level.value) >= 0);
  }
  function filter() {
    var seen = 0;
    rows.forEach(function (row) {
      row.hidden = !meets(data.rows[Number(row.dataset.row)]);
      if (!row.hidden) seen += 1;
    });
    document.getElementById("filter-count").textContent =
      filled(words.filter_count, { n: seen, of: rows.length });
  }
  if (form) {
    ["country", "window", "agency", "period"].forEach(function (name) {
      options(form.elements[name], values(name));
    });
    options(form.elements.level, data.levels);
    options(form.elements.issue, data.issues);
    form.addEventListener("input", filter);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(filter, 0); });
    form.hidden = false;
    filter();
  }

  // Search over the observations' texts.
  var search = document.getElementById("search"), texts = null, MOST = 50, timer = 0;
  function index() {
    texts = Array.from(document.querySelectorAll(".dim")).map(function (section) {
      var text = section.querySelector(".text");
      var raw = text ? text.textContent : "";
      return { raw: raw, folded: fold(raw), section: section };
    });
  }
  function excerpt(raw, folded, start, length, item) {
    // Folding drops combining marks only, so places agree where the text is composed.
    var exact = folded.length === raw.length;
    var from = Math.max(0, start - 70), to = Math.min(raw.length, start + length + 90);
    make("span", (from ? "… " : "") + raw.slice(from, exact ? start : to), item);
    if (exact) {
      make("mark", raw.slice(start, start + length), item);
      make("span", raw.slice(start + length, to) + (to < raw.length ? " …" : ""), item);
    }
  }
  function find() {
    var query = fold(search.elements.q.value.trim());
    var list = document.getElementById("hits"), count = document.getElementById("hit-count");
    list.textContent = "";
    count.textContent = "";
    if (query.length < 2) return;
    if (!texts) index();
    var hits = texts.filter(function (entry) { return entry.folded.indexOf(query) >= 0; });
    count.textContent = filled(words.search_count, { n: hits.length, of: texts.length }) +
      (hits.length > MOST ? "; " + filled(words.search_more, { n: MOST }) : "");
    hits.slice(0, MOST).forEach(function (entry) {
      var item = make("li", "", list), link = make("a", "", item);
      link.href = "#" + entry.section.id;
      link.textContent = entry.section.closest("article").dataset.name + ", " + dimensions[entry.section.id.split("-")[1]];
      item.appendChild(document.createTextNode(" "));
      excerpt(entry.raw, entry.folded, entry.folded.indexOf(query), query.length, item);
    });
  }
  if (search) {
    search.hidden = false;
    search.addEventListener("submit", function (event) { event.preventDefault(); find(); });
    search.elements.q.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(find, 150);
    });
  }

  // A link into a closed part opens it.
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
