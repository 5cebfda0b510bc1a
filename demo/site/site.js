// The shop's own script: who is signed in, what to ask, and whether the chat is there.
// The shop signs a token for its customer on its server; the chat only ever gets that token.
"use strict";

const brand = document.querySelector("script[data-account]").dataset.account;
const KEPT = `${brand}.account`;
const HINTS = {
  ana: [
    "Where is my order 44110?",
    "I'd like a refund for order 43871",
    "Please send me invoice INV-2026-00871 again",
    "How do I return something?",
    "This is the third time I ask, this is ridiculous",
  ],
  tom: [
    "Can I change the address of order 44127?",
    "What do I still owe? My customer number is C-10002",
    "I want my money back for order 42790",
    "I forgot my password",
    "I want to talk to a person",
  ],
};

const accountCard = document.querySelector("#account");
const accountState = document.querySelector("[data-account-state]");
const accountName = document.querySelector("[data-account-name]");
const accountLabel = document.querySelector(".account-label");
const signOutButton = document.querySelector("[data-sign-out]");
const personaButtons = [...document.querySelectorAll("[data-persona]")];
const hintList = document.querySelector("[data-hints]");
const hintsFor = document.querySelector("[data-hints-for]");
const askState = document.querySelector("[data-ask-state]");
const guestHints = [...hintList.querySelectorAll("button")].map((button) => button.textContent);

let account = kept();
let wanted = 0;

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function keep(next) {
  account = next;
  try {
    if (next) sessionStorage.setItem(KEPT, JSON.stringify(next));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Storage is switched off: the visitor stays signed in until the page is left.
  }
}

/** Whether a token is good for another minute at least; one that cannot be read is taken as it is. */
function fresh(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(part));
    return typeof exp !== "number" || exp * 1000 > Date.now() + 60_000;
  } catch {
    return true;
  }
}

async function signIn(persona) {
  const mine = ++wanted;
  say(accountState, "");
  lock(true);
  try {
    const response = await fetch("/demo/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ persona, account: brand }),
      signal: AbortSignal.timeout(8000),
    });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const { identity, name, email } = await response.json();
    if (mine !== wanted) return;
    keep({ persona, identity, name, email });
    say(accountState, `Signed in as ${name}, ${email}.`);
  } catch {
    if (mine !== wanted) return;
    say(accountState, "Signing in did not work. You are still browsing as before; please try again.");
  } finally {
    if (mine === wanted) {
      lock(false);
      show();
    }
  }
}

function signOut() {
  wanted += 1;
  keep(null);
  lock(false);
  say(accountState, "You are browsing as a guest.");
  show();
}

function lock(busy) {
  for (const button of personaButtons) button.disabled = busy;
}

function say(place, text) {
  place.textContent = text;
}

function show() {
  const persona = account?.persona ?? "guest";
  for (const button of personaButtons) button.setAttribute("aria-pressed", String(button.dataset.persona === persona));
  accountName.hidden = !account;
  accountName.textContent = account?.name ?? "";
  accountLabel.classList.toggle("unseen", Boolean(account));
  signOutButton.hidden = !account;
  hintsFor.textContent = account ? `as ${account.name}` : "";
  hintList.replaceChildren(...(HINTS[persona] ?? guestHints).map(hint));
  introduce();
}

function hint(text) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  item.append(button);
  return item;
}

function chat() {
  return document.querySelector("warmline-chat");
}

/** Tells the chat who is signed in, or that nobody is. */
function introduce() {
  const element = chat();
  if (!element) return;
  if (!account) element.removeAttribute("identity");
  else if (element.getAttribute("identity") !== account.identity) element.setAttribute("identity", account.identity);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(askState, "Copied. Paste it into the chat at the bottom right.");
  } catch {
    say(askState, "Type it into the chat at the bottom right.");
  }
}

for (const button of personaButtons) {
  button.addEventListener("click", () => {
    if (button.dataset.persona === "guest") signOut();
    else void signIn(button.dataset.persona);
  });
}
signOutButton.addEventListener("click", () => {
  signOut();
  personaButtons.at(-1).focus();
});
hintList.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && chat()) void copy(button.textContent);
  else if (button) sayChatIsAway();
});
accountCard.addEventListener("toggle", (event) => {
  if (event.newState === "closed") say(accountState, "");
});

function sayChatIsAway() {
  say(askState, "The chat is not there right now. The address at the foot of the page reaches us too.");
}

// The loader puts the chat into the page when it is ready, before or after this script.
new MutationObserver(() => {
  if (!chat()) return;
  if (askState.textContent.startsWith("The chat is not")) say(askState, "");
  introduce();
}).observe(document.documentElement, { childList: true, subtree: true });

addEventListener("load", () => {
  setTimeout(() => {
    if (!chat()) sayChatIsAway();
  }, 2000);
});

if (account && !fresh(account.identity)) {
  const { persona } = account;
  keep(null);
  void signIn(persona);
}
show();
