// A stand-in for the server that plays a conversation by the web contract, to look at the built widget without the
// rest of the house. `npm run build && npm run dev --workspace widget`, then open the address that it prints.
// POST /dev/assign, /dev/agent?text=…, /dev/typing, /dev/back, /dev/close, /dev/cut?ms=…, /dev/reset drive the other side.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const PORT = Number(process.env.PORT ?? 8099);
const DIST = new URL("../../dist/widget/", import.meta.url);
const AGENT = { id: randomUUID(), name: "Maya Lindqvist" };
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", json: "application/json" };
const BOT_THINKS_MS = Number(process.env.THINK_MS ?? 700);

const ACCOUNT = {
  account: "larkfield",
  brand: {
    name: "Larkfield Home",
    accent: "#2c5cc5",
    accent_dark: "#82a7ff",
    logo: null,
    greeting: "Hello! How can we help with your home today?",
    launcher: "right",
    assistant_name: "Larkfield assistant",
  },
  locale: "en",
  privacy_url: "https://larkfield.example/privacy",
};
const CUSTOMER = { visitor_id: randomUUID(), name: null, email: null, customer_number: null, level: "anonymous" };

let talk = null;
let globalId = 0;
let refuseUntil = 0;
const sockets = new Map();

const system = { kind: "system", id: null, name: null };
const bot = { kind: "bot", id: null, name: null };
const agent = { kind: "agent", ...AGENT };
const customer = { kind: "customer", id: null, name: null };
const said = (text, more = {}) => ({
  type: "message.sent", message_id: randomUUID(), text, quick_replies: [], citations: [], notice: null, in_reply_to: null, client_id: null, ...more,
});

function conversation() {
  if (!talk) return null;
  const { id, state, agent: who, position, readSeq, events } = talk;
  return { id, state, agent: who, last_seq: events.at(-1)?.seq ?? 0, read_seq: readSeq, position };
}

function append(actor, data) {
  const after = talk.events.at(-1)?.seq ?? 0;
  // Staff events stand between, so the customer's numbers have holes.
  const seq = talk.events.length === 0 ? 1 : after + 1 + (globalId % 2);
  const event = { conversation_id: talk.id, seq, id: ++globalId, at: new Date().toISOString(), actor, data };
  talk.events.push(event);
  for (const [socket, last] of sockets) {
    socket.send(JSON.stringify({ type: "event", event, after: last.id === talk.id ? last.seq : 0 }));
    sockets.set(socket, { id: talk.id, seq });
  }
  return event;
}

function broadcast(frame) {
  for (const socket of sockets.keys()) socket.send(JSON.stringify(frame));
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function botSays(...messages) {
  const mine = talk;
  broadcast({ type: "typing", conversation_id: talk.id, who: bot, on: true });
  await wait(BOT_THINKS_MS);
  if (talk !== mine || talk.state !== "with_bot") return;
  for (const message of messages) append(bot, message);
}

const RETURNS = {
  article_id: "how-to-return", revision: 3, release: "r12", title: "Return an item",
  heading: "Send it back within 30 days", snippet: "You can return most items within 30 days of delivery.", suggestion_id: null,
};

async function answer(text, payload) {
  if (payload === "/talk_to_person" || /person|human|ridiculous/i.test(text)) return handOff();
  if (/4\d{4}/.test(text)) {
    return botSays(
      said("Order #44110 left our warehouse yesterday with DHL."),
      said("It should reach you in 2 days. You can follow it here: https://track.example.com/?id=00340434161094042557.", {
        quick_replies: [
          { title: "Change the address", payload: "/address_change" },
          { title: "Return an item", payload: "/returns_faq" },
          { title: "Talk to a person", payload: "/talk_to_person" },
        ],
      }),
    );
  }
  if (/return/i.test(text)) {
    return botSays(said("You can send most things back within 30 days of delivery. Returning furniture is free; we collect it from your home.", {
      citations: [RETURNS],
      quick_replies: [{ title: "Start a return", payload: "/refund" }, { title: "That helped", payload: "/thanks" }],
    }));
  }
  return botSays(said("I can look up orders, refunds, invoices and delivery. What is it about?", {
    quick_replies: [{ title: "Where is my order?", payload: "/order_status" }, { title: "Return an item", payload: "/returns_faq" }],
  }));
}

async function handOff() {
  const mine = talk;
  await wait(300);
  if (talk !== mine) return;
  talk.state = "waiting";
  talk.position = 2;
  append(system, { type: "handoff.requested", handoff_id: randomUUID(), reason: "explicit_request", detail: "", message_id: null, position: 2 });
}

const DEV = {
  assign() {
    talk.state = "with_agent";
    talk.agent = { name: AGENT.name };
    talk.position = null;
    append(system, { type: "conversation.assigned", agent_id: AGENT.id, agent_name: AGENT.name, handoff_id: null });
    append(system, said(`${AGENT.name} has joined and has read the conversation so far.`, { notice: "agent_joined" }));
  },
  agent: (query) => append(agent, said(query.get("text") ?? "Hello, I am Maya.")),
  typing: () => broadcast({ type: "typing", conversation_id: talk.id, who: agent, on: true }),
  back() {
    talk.state = "with_bot";
    talk.agent = null;
    append(agent, { type: "conversation.given_back" });
  },
  close(query) {
    talk.state = "closed";
    append(agent, { type: "conversation.closed", outcome: query.get("outcome") ?? "resolved" });
  },
  cut(query) {
    refuseUntil = Date.now() + Number(query.get("ms") ?? 0);
    for (const socket of sockets.keys()) socket.terminate();
  },
  reset: () => (talk = null),
};

function hear(socket, frame) {
  switch (frame.type) {
    case "hello": {
      const events = (talk?.events ?? []).filter((event) => event.conversation_id !== frame.conversation_id || event.seq > frame.last_seq);
      const start_over = Boolean(frame.conversation_id && frame.conversation_id !== talk?.id);
      sockets.set(socket, { id: talk?.id, seq: talk?.events.at(-1)?.seq ?? 0 });
      return socket.send(JSON.stringify({ type: "welcome", customer: CUSTOMER, conversation: conversation(), events, start_over, heartbeat_seconds: 30 }));
    }
    case "ping":
      return socket.send(JSON.stringify({ type: "pong" }));
    case "read":
      return talk && (talk.readSeq = Math.max(talk.readSeq, frame.seq));
    case "end":
      talk.state = "closed";
      return append(customer, { type: "conversation.closed", outcome: "ended_by_customer" });
    case "send":
      return receive(socket, frame);
  }
}

function receive(socket, { client_id, text, payload }) {
  if (/^refuse/.test(text)) {
    const problem = { status: 429, code: "rate_limited", detail: "Too many.", retry_after: 3 };
    return socket.send(JSON.stringify({ type: "refused", client_id, problem }));
  }
  if (!talk || talk.state === "closed") {
    talk = { id: randomUUID(), state: "with_bot", agent: null, position: null, readSeq: 0, events: [], known: new Map() };
    append(customer, { type: "conversation.started", account: "larkfield", customer: CUSTOMER, page: null });
  }
  let stored = talk.known.get(client_id);
  if (!stored) {
    const message_id = randomUUID();
    const { seq } = append(customer, { type: "message.received", message_id, text, payload: payload ?? null, client_id });
    stored = { message_id, seq };
    talk.known.set(client_id, stored);
    if (talk.state === "with_bot") void answer(text, payload);
    else setTimeout(() => talk?.known.has(client_id) && append(system, { type: "delivery.updated", message_id, state: "read", reason: null }), 400);
  }
  socket.send(JSON.stringify({ type: "accepted", client_id, conversation_id: talk.id, ...stored }));
}

const ARTICLE = await readFile(new URL("article.html", import.meta.url), "utf8");

async function serve(request, response) {
  const url = new URL(request.url, "http://x");
  const json = (status, body) => {
    response.writeHead(status, { "Content-Type": "application/json", "Access-Control-Allow-Origin": "*" });
    response.end(JSON.stringify(body));
  };
  const [, first, second] = url.pathname.split("/");
  if (first === "dev" && DEV[second]) return json(200, { done: DEV[second](url.searchParams) !== undefined });
  if (url.pathname.startsWith("/api/v1/widget/accounts/"))
    return url.pathname.endsWith("larkfield") ? json(200, ACCOUNT) : json(404, { code: "account_not_found" });
  if (url.pathname === "/api/v1/widget/sessions")
    return json(201, { token: "dev", visitor_id: CUSTOMER.visitor_id, expires_at: "2030-01-01T00:00:00Z", customer: CUSTOMER, conversation_id: talk?.id ?? null });
  if (url.pathname.startsWith("/api/v1/widget/articles/"))
    return json(200, { ...RETURNS, locale: "en", markdown: "", html: ARTICLE, disclaimers: [], outdated: false, notice: null, updated: "2026-08-15" });
  const file = url.pathname === "/" ? new URL("host.html", import.meta.url)
    : url.pathname === "/widget.js" ? new URL("widget.js", DIST)
    : url.pathname.startsWith("/widget/") ? new URL(url.pathname.slice("/widget/".length), DIST) : null;
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      "Content-Type": TYPES[file.pathname.split(".").at(-1)] ?? "text/plain",
      "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'",
    });
    response.end(body);
  } catch {
    json(404, { code: "not_found" });
  }
}

const server = createServer((request, response) => void serve(request, response));
const wss = new WebSocketServer({ noServer: true });
server.on("upgrade", (request, socket, head) => {
  if (Date.now() < refuseUntil) return socket.destroy();
  wss.handleUpgrade(request, socket, head, (ws) => {
    ws.on("message", (data) => hear(ws, JSON.parse(String(data))));
    ws.on("close", () => sockets.delete(ws));
  });
});
server.listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}/`));
