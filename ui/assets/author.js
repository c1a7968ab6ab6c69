/* 出题 in the browser: the text lives here and is kept here; every event brings it to the server, which judges it. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`)) || [])[1];
  const store = (area) => ({ // private windows may refuse storage, a full one too: then the text lives as long as the page
    get: (k) => { try { return JSON.parse(area().getItem(k)); } catch { return null; } },
    set: (k, v) => { try { v === null ? area().removeItem(k) : area().setItem(k, JSON.stringify(v)); return true; } catch { return false; } },
    keys: () => { try { return Object.keys(area()); } catch { return []; } },
  });
  const drafts = store(() => localStorage), visit = store(() => sessionStorage);
  const DRAFT = "koushi.author.", MOST = 1000000;
  const fire = {}, parts = {};         // Gradio's trigger and the element, by part
  let bench = null;                    // {key, base, seen, rev}: what was opened, the draft's last known revision
  const token = () => Math.random().toString(36).slice(2);

  // ---- the editor: CodeMirror inside gr.Code ---------------------------------------------------
  function view() {
    const content = $("#editor .cm-content"); if (!content) return null;
    const tile = content.cmTile || content.cmView; if (!tile) return null;
    return tile.view || (tile.root && tile.root.view) || (tile.rootView && tile.rootView.view) || null;
  }
  const text = () => { const v = view(); return v ? v.state.doc.toString() : ""; };
  function write(value) { const v = view(); v.dispatch({ changes: { from: 0, to: v.state.doc.length, insert: value } }); }
  function jump(line) {
    const v = view(), at = v.state.doc.line(Math.min(Math.max(1, line), v.state.doc.lines));
    v.dispatch({ selection: { anchor: at.from + at.text.search(/\S|$/) }, scrollIntoView: true }); v.focus();
    const scroller = v.scrollDOM, block = v.lineBlockAt(at.from);
    scroller.scrollTop = block.top - scroller.clientHeight / 3;
    $("#editor").scrollIntoView({ block: "nearest" });
  }
  const plain = (value) => value.replace(/\r\n?/g, "\n");

  // ---- what is written is kept: per station, with a revision so that two windows notice each other ---
  const draftKey = () => DRAFT + bench.key;
  let conflict = false, lastDoc = null, checkTimer = 0, keepTimer = 0, dirtyAt = 0;
  const banner = (name, on, gaps = {}) => {
    const b = $(`[data-banner="${name}"]`); if (!b) return; b.hidden = !on;
    const s = $("[data-text]", b); if (s && on) s.textContent = Object.entries(gaps).reduce((t, [k, v]) => t.replace(`{${k}}`, v), s.dataset.text);
  };
  const when = (at) => new Date(at).toLocaleString(document.documentElement.lang === "en" ? "en" : "zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  function keepDraft() {
    const now = text(), there = drafts.get(draftKey());
    if (there && there.text === now) { bench.rev = there.rev; return; }
    if (there && there.rev !== bench.rev) { conflict = true; return banner("other", true); }
    if (conflict) return;
    if (now === bench.base) { if (there) drafts.set(draftKey(), null); bench.rev = null; return; }
    bench.rev = token();
    drafts.set(draftKey(), { text: now, at: Date.now(), rev: bench.rev, seen: bench.seen, query: location.search });
  }
  window.addEventListener("storage", (e) => {
    if (!bench || e.key !== draftKey()) return;
    const there = drafts.get(draftKey());
    if (there && there.text !== text()) { conflict = true; banner("other", true); }
    else if (there) bench.rev = there.rev;
    else { bench.rev = null; conflict = false; banner("other", false); }
  });
  window.addEventListener("pagehide", () => { if (bench && view()) keepDraft(); });
  setInterval(() => { // the document is an immutable value: another one means that something was changed, however
    const v = bench && view(); if (!v || v.state.doc === lastDoc) return;
    lastDoc = v.state.doc; dirtyAt = Date.now(); state();
    clearTimeout(keepTimer); keepTimer = setTimeout(keepDraft, lastDoc.length > 200000 ? 1000 : 50);
    clearTimeout(checkTimer); checkTimer = setTimeout(check, 450);
  }, 150);
  function state() {
    const s = $(".bench .state"); if (!s) return; const d = $(".bench").dataset;
    s.textContent = text() === bench.base ? (bench.saved ? d.savedText : d.cleanText) : d.dirtyText;
  }

  // ---- checking -----------------------------------------------------------------------------------
  let checked = "", serial = 0, asking = null;
  function check() { checked = text(); serial += 1; saveButton(false); ask("problems", "input", { text: checked.slice(0, MOST + 1), serial }); }
  function ask(part, event, data) { asking = { part, at: Date.now() }; fire[part](event, data); setTimeout(() => lookAfter(asking), 5000); }
  async function lookAfter(mine) { // nothing came back: is anybody there?
    if (!mine || asking !== mine) return;
    try { if ((await fetch("/healthz", { cache: "no-store" })).ok) { banner("lost", false); return void setTimeout(() => lookAfter(mine), 4000); } } catch { /* told below */ }
    banner("lost", true); if (asking === mine) setTimeout(() => revive(mine), 3000);
  }
  async function revive(mine) { // the server is back: look at the text again
    try { if (!(await fetch("/healthz", { cache: "no-store" })).ok) throw 0; } catch { return void setTimeout(() => revive(mine), 3000); }
    banner("lost", false); if (asking === mine) { asking = null; check(); }
  }
  function saveButton(on) { const b = $('[data-do="save"]'); if (b) { b.disabled = !on; b.title = on ? "" : b.dataset.why; } }

  // ---- events of the page ----------------------------------------------------------------------------
  const actions = {
    language: () => { document.cookie = `koushi_lang=${cookie("koushi_lang") === "en" ? "zh" : "en"}; path=/; max-age=31536000; samesite=lax`; location.reload(); },
    jump: (el) => jump(+el.dataset.line),
    tab: (el) => showTab(el.dataset.tab),
    discard: () => { write(bench.base); banner("restored", false); conflict = false; banner("other", false); },
    takeother: () => { const there = drafts.get(draftKey()); conflict = false; banner("other", false); if (there) { bench.rev = there.rev; bench.seen = there.seen; write(there.text); } },
    keepmine: () => { const there = drafts.get(draftKey()); conflict = false; banner("other", false); bench.rev = there ? there.rev : null; keepDraft(); },
    save: () => save({}),
    saveyes: () => { const { digest } = $(".saving").dataset; closeAsk(); save({ yes: true, seen: digest }); },
    savebump: () => { const n = $(".saving").dataset.bump; closeAsk(); write(text().replace(/^version:[ \t]*\d+/m, `version: ${n}`)); save({}); },
    saveno: () => closeAsk(),
    talkbegin: () => talk(Math.floor(Math.random() * 1e6), []),
    talkundo: () => talk(rehearsal.seed, rehearsal.says.slice(0, -1)),
    playbegin: () => playTest([], +$(".plays .seeds").value, text()),
    playgoon: () => playTest(rows(), +$(".plays").dataset.seeds, plays.text || text()),
    playstop: () => { plays.stopped = true; },
    openplay: (el) => { plays.opener = el; ask("played", "submit", { text: plays.text || text(), player: el.dataset.player, seed: +el.dataset.seed }); },
    closeplay: () => { hidePlay(); const b = plays.opener; if (b && document.contains(b)) b.focus(); },
  };
  document.addEventListener("click", (e) => { const el = e.target.closest("[data-do]"); if (el && !el.disabled && el.dataset.do in actions) { e.preventDefault(); actions[el.dataset.do](el); } });
  function save(more) {
    saveButton(false);
    ask("saving", "submit", { text: text().slice(0, MOST + 1), key: bench.key, seen: bench.seen, yes: false, ...more });
  }
  function closeAsk() { const d = $(".saving dialog"); if (d && d.open) d.close(); }
  document.addEventListener("close", (e) => { // answered, or Escape
    if (!e.target.matches(".saving dialog")) return;
    saveButton(checked === text()); const b = $('[data-do="save"]'); if (b) b.focus();
  }, true);

  // ---- tabs --------------------------------------------------------------------------------------------
  const TABS = ["problems", "talk", "plays"];
  function showTab(name) {
    for (const each of TABS) {
      const on = each === name, tab = $(`#tab-${each}`), panel = parts[each]; if (!tab || !panel) continue;
      tab.setAttribute("aria-selected", String(on)); tab.tabIndex = on ? 0 : -1;
      const box = document.getElementById(each); box.hidden = !on; box.setAttribute("role", "tabpanel"); box.setAttribute("aria-labelledby", `tab-${each}`);
    }
    document.getElementById("played").hidden = name !== "plays"; document.body.dataset.tab = name;
  }
  document.addEventListener("keydown", (e) => {
    const tab = e.target.closest && e.target.closest('[role="tab"]');
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (tab && step) { const next = TABS[(TABS.indexOf(tab.dataset.tab) + step + TABS.length) % TABS.length]; showTab(next); $(`#tab-${next}`).focus(); }
    if ((e.ctrlKey || e.metaKey) && e.key === "s" && bench) { e.preventDefault(); const b = $('[data-do="save"]'); if (b && !b.disabled) actions.save(); }
    if (e.target.matches && e.target.matches(".say-form textarea") && e.key === "Enter" && !e.shiftKey && !e.isComposing && e.keyCode !== 229) { e.preventDefault(); sayLine(); }
  });

  // ---- a talk with the draft: its seed and lines are all there is to it ---------------------------------
  let rehearsal = null, sent = null, typing = "";
  const talkKey = () => `koushi.author.talk.${bench.key}`;
  function talk(seed, says) { if (sent) return; sent = { seed, says }; ask("talk", "submit", { text: text().slice(0, MOST + 1), seed, says }); }
  function sayLine() { const box = $(".say-form textarea"), line = box && box.value.trim(); if (line && rehearsal && !sent) talk(rehearsal.seed, [...rehearsal.says, line]); }
  document.addEventListener("submit", (e) => { if (e.target.matches(".say-form")) { e.preventDefault(); sayLine(); } });
  document.addEventListener("input", (e) => { if (e.target.matches(".say-form textarea")) typing = e.target.value; });
  function talked(d) {
    const was = sent; sent = null;
    if (!d.seed) return; // not begun, or the text is wrong: what was said is kept for when it is right again
    const said = JSON.parse(d.says), grew = rehearsal && was && was.says.length > rehearsal.says.length;
    rehearsal = { seed: +d.seed, says: was && was.says.length > said.length && !d.refused ? was.says : said };
    visit.set(talkKey(), rehearsal);
    if (grew && !d.refused) typing = "";
    const box = $(".say-form textarea"); if (box) { box.value = typing; if (grew) box.focus(); }
    if (grew) { const log = parts.talk; const last = $(".turn:last-child", log); if (last) last.scrollIntoView({ block: "nearest" }); }
  }

  // ---- the play-test: the page asks for some more until all are played or somebody says stop -------------
  const plays = { text: "", stopped: false };
  const playsKey = () => `koushi.author.plays.${bench.key}`;
  const rows = () => JSON.parse($(".plays").dataset.kept || "[]");
  const mark = (value) => { let h = 0; for (let i = 0; i < value.length; i++) h = (h * 31 + value.charCodeAt(i)) | 0; return `${value.length}.${h}`; };
  function playTest(done, seeds, of) {
    plays.text = of.slice(0, MOST + 1); plays.stopped = false; hidePlay();
    ask("plays", "submit", { text: plays.text, seeds, done });
  }
  function played(d) {
    if (d.seeds === undefined) return;
    visit.set(playsKey(), { of: mark(plays.text), seeds: +d.seeds, rows: rows() });
    if (d.running === "1") ask("plays", "submit", { text: plays.text, seeds: +d.seeds, done: rows(), go_on: !plays.stopped });
    changed();
  }
  function hidePlay() { const p = $("#played .played"); if (p) p.hidden = true; }
  function changed() { const note = $(".plays .changed-note"); if (note) note.hidden = plays.text === text().slice(0, MOST + 1); }

  // ---- what the server sent ---------------------------------------------------------------------------------
  const nonces = {};
  function fresh(name) { // a new answer in that part?
    const el = $("[data-nonce]", parts[name]), nonce = el && el.dataset.nonce;
    if (!nonce || nonces[name] === nonce) return null;
    nonces[name] = nonce; if (asking && asking.part === name) asking = null; banner("lost", false);
    return el.dataset;
  }
  const arrived = {
    stage: () => {
      const s = $(".screen", parts.stage); if (!s) return;
      document.documentElement.lang = s.lang; document.body.dataset.screen = s.dataset.screen;
      if (nonces.opened === s.dataset.opened) return; nonces.opened = s.dataset.opened;
      if (s.dataset.screen === "shelf") listDrafts();
      if (s.dataset.screen === "bench") open(s);
    },
    problems: () => {
      const d = fresh("problems"); if (!d) return;
      if (+d.serial !== serial) return; // about an older text: the answer to the newest is still on its way
      const badge = $("#tab-problems .badge"), n = +d.n; if (badge) { badge.hidden = !n; badge.textContent = n; }
      saveButton(!n && checked === text()); changed();
      if (!n && rehearsal && checked === text() && rehearsal.of !== checked) { rehearsal.of = checked; if (rehearsal.says.length && document.body.dataset.tab === "talk") talk(rehearsal.seed, rehearsal.says); }
    },
    talk: () => { const d = fresh("talk"); if (d) { talked(d); if (rehearsal) rehearsal.of = checked; } },
    plays: () => { const d = fresh("plays"); if (d) played(d); },
    played: () => { if (!fresh("played")) return; const p = $("#played .played"); p.hidden = false; p.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" }); p.focus({ preventScroll: true }); },
    saving: () => {
      const d = fresh("saving"); if (!d) return;
      if (d.state === "saved") saved(d);
      if (d.state === "ask") $(".saving dialog").showModal();
      if (d.state === "refused") saveButton(checked === text());
    },
    tabs: () => { if ($("#tab-problems") && !document.body.dataset.tab) showTab("problems"); },
  };
  function saved(d) {
    drafts.set(draftKey(), null);
    bench = { key: d.id, base: text(), seen: d.digest, rev: null, saved: true }; conflict = false;
    for (const name of ["restored", "other", "stale"]) banner(name, false);
    $(".bench .key code").textContent = d.id;
    history.replaceState({}, "", `/author/?station=${d.id}`); state(); saveButton(checked === text());
  }
  async function open(s) {
    while (!view()) await new Promise((r) => setTimeout(r, 50)); // the editor's own code is fetched when it is shown
    if (bench) return goOn(); // the text in the editor is newer than whatever the server has
    const base = plain(s.dataset.text), key = s.dataset.key, draft = drafts.get(DRAFT + key);
    bench = { key, base, seen: s.dataset.digest, rev: draft ? draft.rev : null };
    if (draft && draft.text !== base) {
      if (draft.seen !== bench.seen) banner("stale", true);
      bench.seen = draft.seen; write(draft.text); banner("restored", true, { when: when(draft.at) });
    } else write(base);
    rehearsal = visit.get(talkKey()); lastDoc = view().state.doc; showTab("problems"); goOn();
  }
  function goOn() { // after the page was opened, or drawn anew because the server came back
    const s = $(".bench"), b = $('[data-do="save"]'); b.dataset.why = b.dataset.why || b.title;
    view().contentDOM.setAttribute("aria-label", s.dataset.editor); view().contentDOM.setAttribute("aria-description", s.dataset.editorNote); $(".key code", s).textContent = bench.key;
    state(); check(); showTab(document.body.dataset.tab); sent = null;
    if (rehearsal) talk(rehearsal.seed, rehearsal.says);
    const kept = visit.get(playsKey());
    if (kept && kept.of === mark(text())) { plays.text = text(); plays.stopped = true; fire.plays("submit", { text: plays.text, seeds: kept.seeds, done: kept.rows, go_on: false }); }
  }
  function listDrafts() {
    const box = $(".drafts"), list = $("ul", box); list.replaceChildren();
    for (const k of drafts.keys().filter((each) => each.startsWith(DRAFT))) {
      const draft = drafts.get(k), id = k.slice(DRAFT.length); if (!draft || typeof draft.text !== "string") continue;
      const a = document.createElement("a"), li = document.createElement("li"); a.className = "shelved"; a.href = `/author/${draft.query || `?station=${id}`}`;
      a.textContent = list.dataset.row.replace("{id}", id).replace("{when}", when(draft.at)); li.append(a); list.append(li);
    }
    box.hidden = !list.children.length;
  }
  window.koushi = {
    part(name, element, trigger) {
      fire[name] = trigger; parts[name] = element;
      new MutationObserver(() => arrived[name]()).observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-nonce", "data-opened"] }); arrived[name]();
    },
  };
})();
