// Asks the browser for a passkey before its form is sent. The server says what to ask, and judges the answer.
"use strict";

const fromText = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: fromText(key.id) }));
const CAUSES = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "there-already" };

async function askServer(form) {
  const answer = await fetch(form.dataset.asks, {
    method: "POST",
    redirect: "error",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).publicKey;
}

async function askBrowser(form) {
  const asked = await askServer(form);
  asked.challenge = fromText(asked.challenge);
  if (form.dataset.passkey === "get") {
    asked.allowCredentials = withBytes(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked });
  }
  asked.user.id = fromText(asked.user.id);
  asked.excludeCredentials = withBytes(asked.excludeCredentials);
  return navigator.credentials.create({ publicKey: asked });
}

function asJson(passkey) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (passkey.response[part]) response[part] = toText(passkey.response[part]);
  }
  const id = toText(passkey.rawId);
  return JSON.stringify({ id, rawId: id, type: passkey.type, response });
}

function say(form, what) {
  for (const text of form.querySelectorAll("[data-says]")) text.hidden = text.dataset.says !== what;
}

async function send(form, button) {
  say(form, "");
  button.disabled = true;
  try {
    form.elements.answer.value = asJson(await askBrowser(form));
    form.submit();
  } catch (error) {
    say(form, CAUSES[error.name] || "failed");
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button[type=submit]");
  say(form, "");
  if (!window.PublicKeyCredential) {
    say(form, "no-passkeys");
    button.disabled = true;
    continue;
  }
  form.addEventListener("submit", (event) => {
    const name = form.elements.name;
    if (name instanceof HTMLInputElement && !name.value.trim()) return; // the server asks for it
    event.preventDefault();
    send(form, button);
  });
}
