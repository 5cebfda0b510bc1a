/**
 * A stand-in for the server while working on the console: its HTTP and socket contract, with data in memory.
 *
 *   npm run mock -- --port 8091 --items 5000 --turns 150
 *
 * Any password signs in; "wrong" does not, "slow" is rate limited; agent@ has no AI switch, anyone else is a supervisor.
 * Console hooks for pictures: POST /mock/{arrive|hello|customer|steal|drop|slow|broken}.
 */
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { WebSocketServer } from "ws";
import {
  ME,
  KIM,
  SUGGESTIONS,
  agentActor,
  append,
  conversation,
  customerSays,
  fill,
  handOver,
  iso,
  offer,
  suggestion,
  SYSTEM,
  weSay,
  BOT,
} from "./stories.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "8091" },
    items: { type: "string", default: "8" },
    turns: { type: "string", default: "20" },
  },
});
const world = { conversations: new Map(), lastId: 0, sent: new Map(), switches: [], slow: 0, broken: false };
fill(world, { items: Number(options.items), turns: Number(options.turns) });

const AGENT_MAY = [
  "conversation.read",
  "conversation.read_all",
  "conversation.take",
  "conversation.reply",
  "conversation.note",
  "conversation.give_back",
  "conversation.resolve",
  "knowledge.read",
  "knowledge.search",
];
const sockets = new Set();
let session = null;

const VIEWS = {
  mine: (s) => s.state === "with_agent" && s.agent?.id === ME.id,
  unassigned: (s) => s.state === "waiting",
  bot: (s) => s.state === "with_bot",
  closed: (s) => s.state === "closed",
  all: () => true,
};

const problem = (status, code, detail, more = {}) => ({
  status,
  body: { type: `/problems/${code}`, title: code.replaceAll("_", " "), status, code, detail, ...more },
});
const ok = (body, status = 200) => ({ status, body });

function tell(frame, only = () => true) {
  for (const socket of sockets) if (only(socket)) socket.send(JSON.stringify(frame));
}

/** Sends the newest events of a conversation to those who watch it, and its line to everyone. */
function publish(made, since) {
  for (const event of made.events.filter((e) => e.seq > since)) {
    tell({ type: "event", event, after: event.seq - 1 }, (s) => s.watched.has(made.summary.id));
  }
  tell({ type: "conversation", conversation: made.summary, last_id: world.lastId });
}

function change(made, act) {
  const since = made.summary.last_seq;
  made.clock = Date.now();
  act();
  publish(made, since);
}

function accept(made, frame) {
  const old = world.sent.get(frame.client_id);
  if (old) return old;
  const message_id = randomUUID();
  change(made, () => {
    const data =
      frame.type === "note"
        ? { type: "note.added", note_id: message_id, text: frame.text, client_id: frame.client_id }
        : {
            type: "message.sent",
            message_id,
            text: frame.text,
            quick_replies: [],
            notice: null,
            in_reply_to: null,
            client_id: frame.client_id,
            citations: (frame.citations ?? []).map(({ edited: _edited, ...kept }) => ({
              heading: null,
              snippet: null,
              suggestion_id: null,
              ...kept,
            })),
          };
    append(world, made, agentActor(ME), data, Date.now());
  });
  const accepted = {
    type: "accepted",
    client_id: frame.client_id,
    conversation_id: made.summary.id,
    message_id,
    seq: made.summary.last_seq,
  };
  world.sent.set(frame.client_id, accepted);
  if (frame.type === "reply") {
    setTimeout(
      () =>
        change(made, () =>
          append(
            world,
            made,
            SYSTEM,
            { type: "delivery.updated", message_id, state: "delivered", reason: null },
            Date.now(),
          ),
        ),
      400,
    );
    setTimeout(
      () =>
        tell({
          type: "typing",
          conversation_id: made.summary.id,
          who: { kind: "customer", id: null, name: made.summary.customer.name },
          on: true,
        }),
      1200,
    );
  }
  return accepted;
}

function list(url) {
  const view = url.searchParams.get("view") ?? "all";
  const limit = Number(url.searchParams.get("limit") ?? 50);
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const rows = [...world.conversations.values()].map((c) => c.summary).filter(VIEWS[view]);
  rows.sort(
    view === "unassigned"
      ? (a, b) => a.waiting_since.localeCompare(b.waiting_since)
      : (a, b) => b.updated_at.localeCompare(a.updated_at),
  );
  return ok({
    items: rows.slice(from, from + limit),
    next_cursor: from + limit < rows.length ? String(from + limit) : null,
  });
}

function act(made, verb) {
  const { summary } = made;
  if (verb === "take") {
    if (summary.state === "with_agent" && summary.agent.id !== ME.id)
      return problem(409, "already_taken", `${summary.agent.name} took this a moment ago.`, { agent: summary.agent });
    change(made, () =>
      append(
        world,
        made,
        agentActor(ME),
        { type: "conversation.assigned", agent_id: ME.id, agent_name: ME.name, handoff_id: null },
        Date.now(),
      ),
    );
  } else if (summary.state !== "with_agent") {
    return problem(409, "wrong_state", "Only a conversation that is with an agent can do that.");
  } else if (verb === "give-back") {
    change(made, () => append(world, made, agentActor(ME), { type: "conversation.given_back" }, Date.now()));
  } else {
    change(made, () =>
      append(world, made, agentActor(ME), { type: "conversation.closed", outcome: "resolved" }, Date.now()),
    );
  }
  return ok(summary);
}

function oneConversation(method, parts, url, body) {
  const made = world.conversations.get(parts[1]);
  if (!made) return problem(404, "conversation_not_found", "There is no such conversation.");
  const what = parts[2];
  if (!what) return ok(made.summary);
  if (what === "events") {
    const after = Number(url.searchParams.get("after") ?? 0);
    const limit = Number(url.searchParams.get("limit") ?? 500);
    return ok({ items: made.events.filter((e) => e.seq > after).slice(0, limit), last_seq: made.summary.last_seq });
  }
  if (what === "packet")
    return made.packet ? ok(made.packet) : problem(404, "no_packet", "This conversation was never handed over.");
  if (what === "suggestions") {
    const q = url.searchParams.get("q") ?? "";
    const asked = q.includes("nothing")
      ? []
      : [
          suggestion({ title: `About “${q.slice(0, 30)}”`, heading: null, score: 0.61, confidence: "maybe" }),
          SUGGESTIONS[1],
        ];
    const newest = made.events.findLast((e) => e.data.type === "suggestions.offered");
    return ok({ items: q ? asked : (newest?.data.items ?? []), release: "12", took_ms: 11 });
  }
  if (what === "messages" || what === "notes")
    return ok(accept(made, { ...body, type: what === "notes" ? "note" : "reply" }), 201);
  return act(made, what);
}

function hook(verb) {
  if (verb === "arrive") {
    const made = conversation(world, { customer: { name: "Nils Okafor", level: "claimed" }, startedAgo: 1 });
    const id = customerSays(world, made, "My parcel says delivered but it is not here", { mood: -0.5 });
    handOver(world, made, {
      message_id: id,
      reason: "negative_sentiment",
      rule: "mood_fell",
      detail: "Mood fell.",
      wants: "To find a parcel",
      summary: "Parcel marked as delivered is missing.",
      first: "Hello Nils, I am Robin.",
    });
    publish(made, 0);
  } else if (verb === "hello") {
    const made = conversation(world, { customer: { name: "Greta Holm", level: "claimed" }, startedAgo: 0 });
    customerSays(world, made, "Is the oak table in stock?", { after: 0 });
    publish(made, 0);
  } else if (verb === "customer") {
    const made =
      [...world.conversations.values()].find((c) => VIEWS.mine(c.summary)) ?? [...world.conversations.values()].at(-1);
    change(made, () => {
      const id = customerSays(world, made, "Are you still there?", { mood: -0.3, after: 0 });
      offer(world, made, id, [SUGGESTIONS[0]]);
    });
  } else if (verb === "steal") {
    const made = [...world.conversations.values()].find(
      (c) => c.summary.state === "waiting" && [...sockets].some((s) => s.watched.has(c.summary.id)),
    );
    if (!made) return problem(404, "not_found", "Nobody looks at a waiting conversation.");
    made.summary.waiting_since = null;
    made.summary.state = "with_agent";
    made.summary.agent = KIM;
    append(
      world,
      made,
      agentActor(KIM),
      { type: "conversation.assigned", agent_id: KIM.id, agent_name: KIM.name, handoff_id: null },
      Date.now(),
    );
  } else if (verb === "drop") {
    for (const socket of sockets) socket.close(1012);
  } else if (verb === "slow") {
    world.slow = world.slow ? 0 : 4000;
  } else if (verb === "broken") {
    world.broken = !world.broken;
  }
  return ok({});
}

function signIn(body) {
  if (body.password === "wrong")
    return problem(401, "bad_credentials", "The e-mail address or the password is not right.");
  if (body.password === "slow") return problem(429, "rate_limited", "Too many attempts.", { retry_after: 42 });
  const supervisor = !body.email.startsWith("agent@");
  session = {
    csrf: randomUUID(),
    agent: {
      ...ME,
      email: body.email,
      roles: [supervisor ? "supervisor" : "agent"],
      permissions: supervisor ? [...AGENT_MAY, "ai.switch"] : AGENT_MAY,
    },
  };
  return ok(session, 201);
}

function route(method, url, body, hasCookie) {
  const parts = url.pathname.split("/").filter(Boolean);
  if (parts[0] === "mock") return hook(parts[1]);
  const [, , ...rest] = parts;
  if (rest[0] === "sessions") {
    if (method === "POST") return signIn(body);
    if (!session || !hasCookie) return problem(401, "unauthenticated", "Sign in first.");
    if (method === "DELETE") {
      session = null;
      return { status: 204, body: null };
    }
    return ok(session);
  }
  if (!session || !hasCookie) return problem(401, "unauthenticated", "Sign in first.");
  if (world.broken)
    return problem(503, "database_unavailable", "The database did not answer. Nothing you wrote is lost.");
  if (rest[0] === "switches") {
    if (method === "PUT") world.switches = [{ ...body, by: ME.name, at: iso(Date.now()) }];
    return ok({ items: world.switches });
  }
  if (rest[0] === "knowledge")
    return ok({
      article_id: rest[2],
      revision: Number(url.searchParams.get("revision") ?? 4),
      release: "12",
      title: "Charged twice or a wrong amount",
      locale: "en",
      updated: iso(Date.now() - 9e8),
      outdated: true,
      notice: null,
      disclaimers: [{ title: "For customers in Germany", html: "<p dir=\"auto\">The right of withdrawal stays as it is.</p>" }],
      markdown: "",
      html: '<h3 id="s-booked" dir="auto">When both charges are booked</h3><p dir="auto">If both charges are booked, we return the <strong>second one</strong> today. Banks take 5 to 7 working days to show it.</p><ul dir="auto"><li>The customer does not need to send the order back</li><li>Ask for the last four digits only</li></ul><h3 id="s-reserved" dir="auto">When one is only reserved</h3><p dir="auto">A reserved amount goes away by itself after 3 days. See <a href="article:refunds#s-booked">refunds</a>.</p>',
    });
  if (rest[0] === "conversations" && rest.length === 1) return list(url);
  if (rest[0] === "conversations" && rest[1] === "counts") {
    const all = [...world.conversations.values()];
    return ok(
      Object.fromEntries(
        ["mine", "unassigned", "bot", "closed"].map((view) => [view, all.filter((c) => VIEWS[view](c.summary)).length]),
      ),
    );
  }
  if (rest[0] === "conversations") return oneConversation(method, rest, url, body);
  return problem(404, "not_found", "There is nothing here.");
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/console")) return page(url, response);
  let text = "";
  for await (const chunk of request) text += chunk;
  const answer = route(
    request.method,
    url,
    text ? JSON.parse(text) : {},
    /warmline_session=/.test(request.headers.cookie ?? ""),
  );
  if (world.slow)
    await new Promise((done) => {
      setTimeout(done, world.slow);
    });
  response.writeHead(answer.status, {
    "content-type": answer.status < 400 ? "application/json" : "application/problem+json",
    ...(url.pathname.endsWith("/sessions") && { "set-cookie": "warmline_session=1; HttpOnly; SameSite=Lax; Path=/" }),
  });
  response.end(answer.body === null ? undefined : JSON.stringify(answer.body));
});

const KINDS = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:";

/** Serves the built console under the same content security policy as the real server. */
async function page(url, response) {
  const root = new URL("../../dist/console/", import.meta.url);
  const name = url.pathname.replace(/^\/console\/?/, "");
  const file = /\.\w+$/.test(name) ? name : "index.html";
  try {
    const bytes = await readFile(new URL(file, root));
    response.writeHead(200, {
      "content-type": KINDS[file.split(".").pop()] ?? "application/octet-stream",
      "content-security-policy": CSP,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end("Build the console first: npm run build");
  }
}

function hear(socket, frame) {
  const send = (answer) => socket.send(JSON.stringify(answer));
  const made = frame.conversation_id ? world.conversations.get(frame.conversation_id) : null;
  switch (frame.type) {
    case "hello":
      if (!session || frame.csrf !== session.csrf) {
        send({ type: "bye", reason: "signed_out", again: false });
        socket.close(4401);
        return;
      }
      send({
        type: "welcome",
        agent: { id: ME.id, name: ME.name },
        permissions: session.agent.permissions,
        last_id: world.lastId,
        start_over: frame.last_id === 0,
        heartbeat_seconds: 30,
        changed:
          frame.last_id === 0
            ? []
            : [...world.conversations.values()].filter((c) => c.events.at(-1).id > frame.last_id).map((c) => c.summary),
      });
      return;
    case "watch":
      socket.watched.add(frame.conversation_id);
      send({
        type: "watching",
        conversation_id: frame.conversation_id,
        events: made.events.filter((e) => e.seq > (frame.last_seq ?? 0)),
        start_over: false,
      });
      return;
    case "unwatch":
      socket.watched.delete(frame.conversation_id);
      return;
    case "ping":
      send({ type: "pong" });
      return;
    case "reply":
    case "note":
      if (frame.text.includes("fail")) {
        send({
          type: "refused",
          client_id: frame.client_id,
          problem: {
            status: 409,
            code: "not_owner",
            detail: "Kim Larsen has this conversation now.",
            retry_after: null,
          },
        });
        return;
      }
      setTimeout(() => send(accept(made, frame)), 150);
      return;
    default:
  }
}

const wss = new WebSocketServer({ server, path: "/ws/console" });
wss.on("connection", (socket) => {
  socket.watched = new Set();
  sockets.add(socket);
  socket.on("message", (bytes) => hear(socket, JSON.parse(String(bytes))));
  socket.on("close", () => sockets.delete(socket));
});
if (world.greeter) {
  setInterval(
    () =>
      change(world.greeter, () => {
        customerSays(world, world.greeter, "and what about delivery to Norway?", { mood: 0.1, after: 0 });
        weSay(world, world.greeter, BOT, "We deliver to Norway in 4 to 6 working days.", { after: 1 });
      }),
    25_000,
  );
}
server.listen(Number(options.port), "127.0.0.1", () =>
  process.stdout.write(`mock on http://127.0.0.1:${options.port}/console/\n`),
);
