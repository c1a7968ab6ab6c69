/* 阅卷 in the browser: files go up, clicks and keys become events. The server decides all else. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`)) || [])[1];
  const screen = () => $(".screen");
  let fire = null, seen = "", was = null, current = "", poll = 0;

  // ---- asking the server ----------------------------------------------------------------------------
  let asked = 0, answered = 0;        // numbers of events: the newest sent, the newest answered
  function ask(data) { if (fire) { const mine = ++asked; fire("click", { ...data, serial: mine }); setTimeout(() => lookAfter(mine, data, 1), 6000); } }
  const TWICE = new Set(["open", "seen"]); // may be asked again; after anything else the page is only shown as it stands
  async function lookAfter(mine, data, time) { // nothing came back: is anybody there? Gradio loses an answer when its stream closes just then
    const open = () => asked === mine && answered < mine;
    if (!open()) return;
    try {
      if ((await fetch("/healthz", { cache: "no-store" })).ok) {
        if (open() && time <= 4) fire("click", { ...(TWICE.has(data.action) ? data : { action: "open", query: location.search }), serial: mine });
        return void setTimeout(() => lookAfter(mine, data, time + 1), 4000 * time);
      }
    } catch { /* told below */ }
    if (open()) tell(screen().dataset.lost);
  }
  function tell(text) {
    let p = $(".notice.lost"); if (!p) { p = document.createElement("p"); p.className = "notice lost"; p.setAttribute("role", "alert"); $("main").prepend(p); }
    p.textContent = text;
  }
  const open = (query) => ask({ action: "open", query });
  const here = () => { const d = screen().dataset; return { batch: d.batch, item: +d.item, show: d.show }; };

  // ---- files --------------------------------------------------------------------------------------------
  const MOST = 100, BYTES = 20e6;
  async function entries(entry, path = "") { // a dropped folder, and what is in it
    if (entry.isFile) return [{ file: await new Promise((done, no) => entry.file(done, no)), name: path + entry.name }];
    const reader = entry.createReader(), all = [];
    for (;;) { const some = await new Promise((done, no) => reader.readEntries(done, no)); if (!some.length) break; all.push(...some); }
    return (await Promise.all(all.map((each) => entries(each, `${path}${entry.name}/`)))).flat();
  }
  const junk = ({ name }) => name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
  async function send(files) {
    const form = $(".drop"), d = form.dataset, state = $(".drop-state"), problem = $(".drop-problem");
    files = files.filter((each) => !junk(each)); problem.hidden = true;
    if (!files.length) { problem.textContent = d.empty; problem.hidden = false; return; }
    form.classList.add("busy"); state.hidden = false;
    const options = { station: $('[name="station"]').value, rubric: $('[name="rubric"]').value, blind: $('[name="blind"]').checked };
    let batch = "", done = 0;
    try {
      while (done < files.length) {
        $("progress", state).max = files.length; $("progress", state).value = done;
        $("span", state).textContent = d.sending.replace("#", done).replace("@", files.length);
        const body = new FormData(); let n = 0, bytes = 0;
        while (done + n < files.length && n < MOST && (!n || bytes + files[done + n].file.size < BYTES)) { const each = files[done + n++]; bytes += each.file.size; body.append("file", each.file, each.name); }
        const answer = await fetch(`/review/files?${new URLSearchParams({ batch, ...options })}`, { method: "POST", body });
        const told = await answer.json(); if (!answer.ok) throw new Error(told.problem);
        batch = told.batch; done += n;
      }
      open(`?batch=${batch}`);
    } catch (error) {
      problem.textContent = error instanceof TypeError ? d.lost : d.failed.replace("#", error.message); problem.hidden = false;
    }
    form.classList.remove("busy"); state.hidden = true;
  }
  document.addEventListener("change", (e) => {
    if (e.target.matches('.drop input[type="file"]')) { send([...e.target.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }))); e.target.value = ""; }
    if (e.target.matches('.tools select[name="show"]')) open(`?batch=${screen().dataset.batch}&show=${e.target.value}`);
  });
  const over = (on) => { const form = $(".drop"); if (form) form.classList.toggle("over", on); };
  document.addEventListener("dragover", (e) => { if ($(".drop")) { e.preventDefault(); over(true); } });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) over(false); });
  document.addEventListener("drop", async (e) => {
    if (!$(".drop")) return;
    e.preventDefault(); over(false);
    const items = [...e.dataTransfer.items].map((each) => each.webkitGetAsEntry && each.webkitGetAsEntry()).filter(Boolean);
    const plain = [...e.dataTransfer.files].map((file) => ({ file, name: file.name }));
    send(items.length ? (await Promise.all(items.map((each) => entries(each)))).flat() : plain);
  });

  // ---- changing a band ------------------------------------------------------------------------------------
  const cards = () => $$(".card-criterion[data-card]");
  const card = () => { const focused = document.activeElement && document.activeElement.closest("[data-card]"); return focused || cards().find((c) => c.dataset.card === current) || cards()[0]; };
  function point(to) { current = to.dataset.card; cards().forEach((c) => c.classList.toggle("current", c === to)); }
  document.addEventListener("focusin", (e) => { const c = e.target.closest(".card-criterion"); if (c) point(c); });
  function want(of, button) { // another band: why? the same: nothing to do
    closeForms();
    if (button.getAttribute("aria-checked") === "true") return;
    const form = $(".why-form", of); $("label > span", form).textContent = button.dataset.label;
    form.dataset.after = button.dataset.band; button.classList.add("wanted"); form.hidden = false; $("input", form).focus();
  }
  function closeForms() { $$(".why-form").forEach((f) => { f.hidden = true; f.reset(); $(".why-problem", f).hidden = true; }); $$(".wanted").forEach((b) => b.classList.remove("wanted")); }
  document.addEventListener("submit", (e) => {
    if (e.target.matches(".drop")) e.preventDefault();
    if (!e.target.matches(".why-form")) return;
    e.preventDefault();
    const form = e.target, of = form.closest("[data-card]"), reason = $("input", form).value.trim();
    $(".why-problem", form).hidden = !!reason; if (!reason) return $("input", form).focus();
    const before = of.dataset.before === "" ? null : +of.dataset.before;
    ask({ action: "change", ...here(), criterion: of.dataset.card, before, after: +form.dataset.after, reason });
  });
  const actions = {
    open: (el) => open(el.dataset.query),
    cancel: () => ask({ action: "cancel", ...here(), item: 0 }),
    go_on: () => ask({ action: "go_on", ...here(), item: 0 }),
    sample: (el) => { el.disabled = true; ask({ action: "sample" }); },
    seen: () => ask({ action: "seen", ...here() }),
    next: () => screen().dataset.next && open(screen().dataset.next),
    previous: () => screen().dataset.previous && open(screen().dataset.previous),
    band: (el) => want(el.closest("[data-card]"), el),
    dont: (el) => { const of = el.closest("[data-card]"); closeForms(); of.focus(); },
    home: () => location.assign("/review/"),
    language: () => { document.cookie = `koushi_lang=${cookie("koushi_lang") === "en" ? "zh" : "en"}; path=/; max-age=31536000; samesite=lax`; location.reload(); },
  };
  document.addEventListener("click", (e) => {
    const el = e.target.closest("[data-do]"); if (!el || !(el.dataset.do in actions)) return;
    if (el.href && (e.metaKey || e.ctrlKey || e.shiftKey)) return; // a new tab is the browser's business
    e.preventDefault(); actions[el.dataset.do](el);
  });
  document.addEventListener("keydown", (e) => {
    if (e.target.matches('.drop label') && (e.key === "Enter" || e.key === " ")) { e.preventDefault(); $("input", e.target).click(); return; }
    if (!screen() || screen().dataset.screen !== "item" || e.metaKey || e.ctrlKey || e.altKey || e.isComposing) return;
    if (e.key === "Escape") { const form = $(".why-form:not([hidden])"); if (form) { const of = form.closest("[data-card]"); closeForms(); of.focus(); } return; }
    if (e.target.matches("input, textarea, select")) return;
    if (/^[0-4]$/.test(e.key)) { const of = card(), button = of && $(`.bands [data-band="${e.key}"]`, of); if (button) { e.preventDefault(); want(of, button); } return; }
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { const all = cards(), at = all.indexOf(all.find((c) => c.dataset.card === current)), to = all[at + (e.key === "ArrowDown" ? 1 : -1)]; if (to) { e.preventDefault(); to.focus(); } return; }
    if (e.key === "j") actions.next();
    if (e.key === "k") actions.previous();
    if (e.key === "Enter" && !e.target.closest("button, a, summary, .said-turn")) { e.preventDefault(); actions.seen(); }
  });

  // ---- what the server sent ------------------------------------------------------------------------------
  const where = () => `${location.pathname}${location.search}`;
  function arrived() {
    const s = screen(), serial = +($(".answer") || s || {}).dataset?.answers || 0, key = s && `${serial}:${s.dataset.nonce || s.dataset.screen}`;
    if (!s || seen === key) return; // Gradio mends the page in place
    seen = key; if (serial < answered && was) return void open(was.address); // an answer that was overtaken, or given twice
    const d = { ...s.dataset }, wanted = `/review/${d.address || ""}`, before = was;
    answered = serial; was = d; closeForms();
    document.documentElement.lang = s.lang; document.body.dataset.screen = d.screen;
    if (d.screen === "failed") return;
    const moved = !before || before.address !== d.address;
    if (where() !== wanted) history[before ? "pushState" : "replaceState"]({}, "", wanted);
    clearTimeout(poll); $$(".notice.lost").forEach((p) => p.remove());
    if (d.screen === "batch" && d.marking === "1") poll = setTimeout(() => { if (seen === key && asked === answered) open(d.address); }, 1000);
    if (moved && before) { window.scrollTo(0, 0); $("#content").focus({ preventScroll: true }); }
    if (d.screen === "item") {
      if (moved) { current = ""; }
      const to = cards().find((c) => c.dataset.card === (d.focus || current)) || cards()[0];
      if (to) { point(to); if (d.focus || moved) to.focus({ preventScroll: !d.focus }); }
    }
  }
  addEventListener("popstate", () => open(location.search));
  window.koushi = { ask, stage(element, trigger) { fire = trigger; new MutationObserver(arrived).observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-nonce"] }); arrived(); } };
})();
