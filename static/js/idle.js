// Says a few minutes before the end that the session ends, and extends it. All tabs of one browser share it.
"use strict";
(() => {
  const MINUTE = 60000;
  const box = document.getElementById("idle");
  if (!box || !box.showModal) return;
  const form = box.querySelector("form");
  const heading = box.querySelector("h2");
  const words = box.querySelector("p");
  const [stay, close] = box.querySelectorAll("button");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("signed in until") : null;
  let ends = Date.now() + Number(box.dataset.seconds) * 1000;
  let warnsAt = 5 * MINUTE; // before the end
  let canBeExtended = true;
  let failed = false;

  function say(title, text, button) {
    if (heading.textContent !== title) heading.textContent = title;
    if (words.textContent !== text) words.textContent = text;
    stay.hidden = !button;
  }

  function look() {
    const left = ends - Date.now();
    if (left > warnsAt) return;
    const minutes = Math.max(1, Math.ceil(left / MINUTE));
    if (left <= 0) {
      say(box.dataset.over, box.dataset.kept, false);
    } else if (failed) {
      say(box.dataset.failed, box.dataset.kept, false);
    } else {
      const until = `${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
      say(`You will be signed out in ${until}`, canBeExtended ? box.dataset.can : box.dataset.cannot, canBeExtended);
    }
    if (!box.open) box.showModal();
  }

  function goOnUntil(instant) {
    ends = Math.max(ends, instant);
    failed = false;
    warnsAt = 5 * MINUTE;
    if (ends - Date.now() > warnsAt && box.open) box.close();
  }

  function dismiss() {
    const left = ends - Date.now();
    warnsAt = left > MINUTE ? MINUTE : left > 0 ? 0 : -Infinity; // once more a minute before, and at the end
  }

  async function extend() {
    stay.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
      const { seconds } = await answer.json();
      const instant = Date.now() + seconds * 1000;
      canBeExtended = seconds * 1000 > 5 * MINUTE;
      ends = canBeExtended ? instant : Math.min(ends, instant);
      if (tabs) tabs.postMessage(ends);
      if (canBeExtended) goOnUntil(instant);
      else look();
    } catch {
      failed = true;
      look();
      close.focus();
    }
    stay.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    extend();
  });
  close.addEventListener("click", () => box.close());
  box.addEventListener("cancel", dismiss); // Esc
  close.addEventListener("click", dismiss);
  if (tabs) {
    tabs.addEventListener("message", (event) => goOnUntil(event.data));
    tabs.postMessage(ends);
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, 5000);
  look();
})();
