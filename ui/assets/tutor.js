/* 问导师 in the browser: a question becomes an event, a number opens its source. The server decides all else. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`)) || [])[1];
  const keep = { // private windows may refuse storage; then the level lives as long as the page
    get: (k) => { try { return localStorage.getItem(k); } catch { return null; } },
    set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* as above */ } },
  };
  let fire = null, sending = null, seen = "", asked = false;
  const screen = () => $(".tutor"), bar = () => $(".ask-bar"), box = () => $(".ask-bar textarea");
  const busy = () => !!sending || (screen() && screen().dataset.busy === "1");
  const error = (text) => { const e = $(".ask-bar .dock-error"); e.textContent = text; e.hidden = !text; };

  function ask(text) {
    if (busy() || !fire || !screen()) return;
    const d = bar().dataset; error("");
    if (!text.trim()) return error(d.empty);
    if ([...text.trim()].length > +d.limit) return error(d.tooLong.replace("#", [...text.trim()].length));
    sending = { nonce: Math.random().toString(36).slice(2), text };
    $(".ask-bar .send").disabled = true;
    fire("submit", { thread: screen().dataset.thread, turns: +screen().dataset.turns, text: text.trim(), level: +($('input[name="level"]:checked') || {}).value || null, nonce: sending.nonce });
    const mine = sending; setTimeout(() => lookAfter(mine), 6000);
  }
  async function lookAfter(mine) { // nothing came back: is anybody there?
    if (sending !== mine) return;
    try { if ((await fetch("/healthz", { cache: "no-store" })).ok) return void setTimeout(() => lookAfter(mine), 4000); } catch { /* told below */ }
    if (sending === mine) { sending = null; $(".ask-bar .send").disabled = false; error(bar().dataset.lost); }
  }
  const actions = {
    ask: (el) => ask(el.dataset.question),
    cite: (el) => {
      const source = document.getElementById(el.getAttribute("aria-controls")), open = el.getAttribute("aria-expanded") === "true";
      fold(el.closest(".answer")); if (open || !source) return;
      el.setAttribute("aria-expanded", "true"); source.hidden = false;
      source.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    },
    uncite: (el) => { const answer = el.closest(".answer"), cited = $('.cite[aria-expanded="true"]', answer); fold(answer); if (cited) cited.focus(); },
    language: () => { document.cookie = `koushi_lang=${cookie("koushi_lang") === "en" ? "zh" : "en"}; path=/; max-age=31536000; samesite=lax`; location.reload(); },
    drill: (el) => { history.pushState({}, "", `/tutor/?drill=${el.dataset.code}`); fire("click", { action: "drill", code: el.dataset.code }); },
    home: () => location.assign("/tutor/"),
  };
  function fold(answer) {
    $$(".source", answer).forEach((s) => { s.hidden = true; });
    $$(".cite", answer).forEach((c) => c.setAttribute("aria-expanded", "false"));
  }
  document.addEventListener("click", (e) => { const el = e.target.closest("[data-do]"); if (el && el.dataset.do in actions) { e.preventDefault(); actions[el.dataset.do](el); } });
  document.addEventListener("submit", (e) => {
    if (e.target.matches(".drill-form")) { // an answer to an exercise
      e.preventDefault(); const d = screen().dataset, text = $("textarea", e.target).value; if (!text.trim()) return;
      $("button", e.target).disabled = true;
      fire("click", { action: "answer", drill: d.drill, code: d.code, answers: JSON.parse(e.target.dataset.answers), text });
    }
    if (e.target.matches(".ask-bar")) { e.preventDefault(); ask(box().value); } });
  document.addEventListener("keydown", (e) => {
    if (e.target.matches && e.target.matches(".ask-bar textarea") && e.key === "Enter" && !e.shiftKey && !e.isComposing && e.keyCode !== 229) { e.preventDefault(); ask(box().value); }
    if (e.key === "Escape") { const cited = $('.cite[aria-expanded="true"]'); if (cited) { fold(cited.closest(".answer")); cited.focus(); } }
  });
  const typed = () => { const b = box(); b.style.height = "auto"; b.style.height = `${Math.min(150, b.scrollHeight)}px`; };
  document.addEventListener("input", (e) => { if (e.target.matches(".ask-bar textarea")) typed(); });
  document.addEventListener("change", (e) => { if (e.target.name === "level") keep.set("koushi.level", e.target.value); });

  const live = document.createElement("div"); // what a screen reader hears when an answer is whole
  live.className = "sr"; live.setAttribute("aria-live", "polite"); live.setAttribute("role", "log");
  function arrived() {
    const s = screen(); if (!s || !bar()) return;
    const d = s.dataset; document.documentElement.lang = s.lang;
    if (!asked) { // once, when the page opens
      asked = true; const level = $(`input[name="level"][value="${keep.get("koushi.level") || ""}"]`); if (level) level.checked = true;
      if (d.asking) setTimeout(() => ask(d.asking), 0); else if (+d.turns) requestAnimationFrame(() => showLast(true));
    }
    if (sending && d.sent === sending.nonce) {
      if (box().value === sending.text) { box().value = ""; typed(); }
      const wanted = `/tutor/?thread=${d.thread}`; if (location.pathname + location.search !== wanted) history.replaceState({}, "", wanted);
      sending = null; error("");
    }
    if (sending && d.refused === sending.nonce) { if (!box().value) { box().value = sending.text; typed(); } sending = null; }
    $(".ask-bar .send").disabled = busy();
    const now = `${d.thread}/${d.turns}/${d.busy}`; if (now === seen) return;
    const before = seen; seen = now;
    if (before) showLast(false);
    if (before && d.busy === "0") { const said = $(".answer[data-last] .said"); if (said) live.textContent = said.textContent; }
  }
  function showLast(jump) { // the question at the top, its answer under it
    const last = $(".thread > li:last-child"); if (!last) return;
    const calm = jump || matchMedia("(prefers-reduced-motion: reduce)").matches;
    last.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
  window.koushi = {
    stage(element, trigger) { fire = trigger; document.body.append(live); new MutationObserver(arrived).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-turns", "data-busy", "data-sent", "data-thread", "data-refused"] }); arrived(); },
  };
})();
