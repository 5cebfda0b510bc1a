/** Conversations for the mock server: a handful told in full, and as many short ones as asked for. */
import { randomUUID } from "node:crypto";

export const KIM = { id: "0b54e2a0-0000-4000-8000-00000000000a", name: "Kim Larsen" };
export const ME = { id: "0b54e2a0-0000-4000-8000-000000000001", name: "Robin Hale" };
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Starts an empty conversation; `say` and friends append events to it. */
export function conversation(
  world,
  { customer, account = "larkfield", channel = "webchat", locale = "en", startedAgo = 20 },
) {
  const started = Date.now() - startedAgo * MINUTE;
  const made = {
    events: [],
    clock: started,
    packet: null,
    summary: {
      id: randomUUID(),
      state: "with_bot",
      owner: "bot",
      agent: null,
      account,
      channel,
      locale,
      customer: {
        visitor_id: randomUUID(),
        name: null,
        email: null,
        customer_number: null,
        level: "anonymous",
        ...customer,
      },
      preview: null,
      reason: null,
      intent: null,
      outcome: null,
      mood: null,
      last_seq: 0,
      started_at: iso(started),
      updated_at: iso(started),
      waiting_since: null,
      closed_at: null,
    },
  };
  world.conversations.set(made.summary.id, made);
  append(
    world,
    made,
    { kind: "system" },
    { type: "conversation.started", account, customer: made.summary.customer, page: null },
  );
  return made;
}

export const iso = (ms) => new Date(ms).toISOString();

/** Appends one event and keeps the summary in step. */
export function append(world, made, actor, data, at = made.clock) {
  made.clock = at;
  const { summary } = made;
  const event = {
    conversation_id: summary.id,
    seq: ++summary.last_seq,
    id: ++world.lastId,
    at: iso(at),
    actor: { id: null, name: null, ...actor },
    data,
    versions: {},
  };
  made.events.push(event);
  summary.updated_at = event.at;
  if (data.type === "message.received" || (data.type === "message.sent" && !data.notice)) {
    const author = data.type === "message.received" ? "customer" : actor.kind;
    summary.preview = { text: data.text.slice(0, 140), author, at: event.at };
  }
  if (data.type === "message.understood") summary.mood = data.mood;
  if (data.type === "handoff.requested")
    Object.assign(summary, { state: "waiting", owner: "queue", reason: data.reason, waiting_since: event.at });
  if (data.type === "conversation.assigned")
    Object.assign(summary, {
      state: "with_agent",
      owner: "agent",
      agent: { id: data.agent_id, name: data.agent_name },
      waiting_since: null,
    });
  if (data.type === "conversation.given_back")
    Object.assign(summary, { state: "with_bot", owner: "bot", agent: null, waiting_since: null });
  if (data.type === "conversation.closed")
    Object.assign(summary, {
      state: "closed",
      owner: "closed",
      outcome: data.outcome,
      waiting_since: null,
      closed_at: event.at,
    });
  return event;
}

/** The customer says something and the models read it. */
export function customerSays(
  world,
  made,
  text,
  { mood = 0.1, intent = null, confidence = 0.9, entities = [], after = 40, why = [] } = {},
) {
  const message_id = randomUUID();
  const at = made.clock + after * 1000;
  append(
    world,
    made,
    { kind: "customer", name: made.summary.customer.name },
    { type: "message.received", message_id, text, payload: null, client_id: null },
    at,
  );
  const label = mood < -0.2 ? "negative" : mood > 0.3 ? "positive" : "neutral";
  append(
    world,
    made,
    { kind: "system" },
    {
      type: "message.understood",
      message_id,
      language: made.summary.locale,
      intent,
      confidence,
      novelty: 0.12,
      ranking: intent ? [{ intent, confidence }] : [],
      entities: entities.map(([entity, value]) => ({
        entity,
        value,
        start: text.indexOf(value),
        end: text.indexOf(value) + value.length,
      })),
      mood: { score: mood, negative: Math.max(0, Math.min(1, 0.5 - mood / 2)), label, trend: 0, why },
      slots: {},
      active_form: null,
      requested_slot: null,
      signals: [],
    },
    at + 120,
  );
  return message_id;
}

/** Somebody on our side says something. */
export function weSay(world, made, actor, text, { quick_replies = [], citations = [], notice = null, after = 3 } = {}) {
  return append(
    world,
    made,
    actor,
    {
      type: "message.sent",
      message_id: randomUUID(),
      text,
      quick_replies,
      citations,
      notice,
      in_reply_to: null,
      client_id: null,
    },
    made.clock + after * 1000,
  );
}

export const BOT = { kind: "bot", name: "Larkfield assistant" };
export const SYSTEM = { kind: "system" };
export const agentActor = (agent) => ({ kind: "agent", ...agent });

/** Hands over to the queue with a decision, a packet and a notice. */
export function handOver(
  world,
  made,
  {
    reason,
    detail,
    rule,
    wants,
    summary,
    tried = [],
    half = null,
    first,
    message_id,
    orders = [],
    profile = null,
    shown = [],
    promised = [],
  },
) {
  const handoff_id = randomUUID();
  append(world, made, SYSTEM, {
    type: "decision.made",
    message_id,
    move: "hand_off",
    reason,
    rule,
    detail,
    facts: { mood: made.summary.mood?.score ?? 0, turns: 3, similar_earlier: 0.82 },
  });
  append(world, made, SYSTEM, { type: "handoff.requested", handoff_id, reason, detail, message_id, position: 3 });
  weSay(world, made, SYSTEM, "I am bringing in a colleague. You are third in line.", {
    notice: "handoff_requested",
    after: 0,
  });
  append(world, made, SYSTEM, { type: "packet.built", handoff_id, schema_version: "1.0" });
  const line = made.events
    .filter((e) => e.data.type === "message.understood")
    .map((e) => ({ message_id: e.data.message_id, at: e.at, score: e.data.mood.score }));
  made.packet = {
    schema_version: "1.0",
    conversation_id: made.summary.id,
    reason: { code: reason, detail, rule, facts: { mood: made.summary.mood?.score ?? 0, similar_earlier: 0.82 } },
    summary,
    wants,
    tried: { actions: tried, articles: shown },
    half_done: half && { asked_for: null, ...half },
    intents: [{ intent: "refund_request", confidence: 0.93, at: iso(made.clock) }],
    slots: {},
    sentiment_line: line,
    mood: made.summary.mood,
    identity: {
      level: made.summary.customer.level,
      email: made.summary.customer.email,
      name: made.summary.customer.name,
      customer_number: made.summary.customer.customer_number,
    },
    profile: profile ? { ...profile, orders } : null,
    channel: made.summary.channel,
    locale: made.summary.locale,
    account: made.summary.account,
    promised,
    suggested_first_reply: first,
    transcript: { conversation_id: made.summary.id, first_seq: 1, last_seq: made.summary.last_seq },
    built_at: iso(made.clock),
    versions: {
      bot_model: "20260412-0921",
      knowledge_release: "12",
      rules: "r-7f31",
      embedder: "minilm-onnx",
      sentiment_model: "head-3",
    },
  };
}

export function suggestion(over = {}) {
  return {
    id: randomUUID(),
    title: "Charged twice or a wrong amount",
    heading: "When both charges are booked",
    article_id: "billing-charged-twice",
    revision: 4,
    release: "12",
    text: "If both charges are booked, we return the second one today. Banks take 5 to 7 working days to show it. You do not need to send the order back.",
    score: 0.81,
    confidence: "likely",
    why: {
      query: "charged twice refund second payment",
      vector: 0.79,
      lexical: 11.2,
      matched: ["charged twice", "refund"],
    },
    ...over,
  };
}

const REFUND = suggestion({
  title: "Refunds after delivery",
  heading: "Until when",
  article_id: "refunds-window",
  revision: 12,
  score: 0.74,
  confidence: "likely",
  text: "You can return an item within 30 days of delivery. The refund goes back the way you paid and takes 5 to 7 working days after the parcel arrives.",
});
const LABEL = suggestion({
  title: "Print a return label",
  heading: null,
  article_id: "returns-label",
  revision: 3,
  score: 0.52,
  confidence: "maybe",
  text: "You find your return label under Orders, Return an item. If you have no printer, show the code at the parcel shop.",
});
export const SUGGESTIONS = [suggestion(), REFUND, LABEL];

export function offer(world, made, message_id, items) {
  append(world, made, SYSTEM, { type: "suggestions.offered", message_id, items, release: "12", took_ms: 14 });
}

function ana(world) {
  const made = conversation(world, {
    customer: { name: "Ana Ruiz", email: "ana.ruiz@example.com", customer_number: "C-10001", level: "verified" },
    startedAgo: 9,
  });
  customerSays(world, made, "Hi, I was charged twice for order 43871, the Lumen lamp", {
    mood: -0.1,
    intent: "refund_request",
    entities: [["order_number", "43871"]],
  });
  weSay(world, made, BOT, "I am sorry about that. I can look into a refund for order 43871. What went wrong with it?", {
    quick_replies: [
      { title: "Charged twice", payload: "/inform" },
      { title: "Item is damaged", payload: "/inform" },
    ],
  });
  append(world, made, SYSTEM, {
    type: "company.called",
    operation: "order_status",
    outcome: "done",
    code: null,
    reference: "43871",
    took_ms: 62,
  });
  customerSays(world, made, "I already told you. Charged twice. 89.00 € on Monday and again on Tuesday.", {
    mood: -0.42,
    intent: "refund_request",
    entities: [["amount", "89.00 €"]],
    why: ["“already told you”", "repeated request"],
  });
  weSay(
    world,
    made,
    BOT,
    "Thank you. Order 43871 was delivered 9 days ago and can be refunded. This article explains how refunds work.",
    {
      citations: [
        {
          article_id: "refunds-window",
          revision: 12,
          release: "12",
          title: "Refunds after delivery",
          heading: "Until when",
          snippet: "within 30 days of delivery",
          suggestion_id: null,
        },
      ],
    },
  );
  customerSays(world, made, "That is not what I asked!! I do not want to send it back", {
    mood: -0.66,
    intent: "out_of_scope",
    confidence: 0.38,
    why: ["“not what I asked”", "exclamation marks"],
  });
  weSay(
    world,
    made,
    BOT,
    "I did not understand that well enough. Do you want a refund, or to know where your order is?",
    {
      quick_replies: [
        { title: "Refund", payload: "/refund" },
        { title: "Order status", payload: "/order_status" },
        { title: "Talk to a person", payload: "/handoff" },
      ],
    },
  );
  const id = customerSays(world, made, "this is the third time I ask, this is ridiculous. I want my 89 € back today", {
    mood: -0.83,
    intent: "refund_request",
    confidence: 0.91,
    entities: [["amount", "89 €"]],
    why: ["“ridiculous”", "“third time”", "falling over 4 messages"],
  });
  handOver(world, made, {
    message_id: id,
    reason: "negative_sentiment",
    rule: "mood_fell",
    detail: "Mood fell to very negative and the same request came three times.",
    wants: "Refund of the second 89.00 € charge for order 43871",
    tried: ["Refund form, stopped at the reason", "Asked to choose: refund or order status"],
    half: {
      form: "refund_form",
      filled: { order: "43871", email: "a***@example.com", amount: "89.00" },
      missing: ["reason", "confirmation"],
    },
    summary:
      "Ana was charged twice for the Lumen floor lamp (order 43871), on Monday and on Tuesday, 89.00 € each. She does not want to return the lamp, she wants the second charge back today.",
    first:
      "Hello Ana, I am Robin. I can see both charges of 89.00 € for order 43871. You do not have to send the lamp back: I will return the second charge now. Your bank shows it in 5 to 7 working days.",
    promised: ["A person will look at both charges"],
    shown: [
      { article_id: "refunds-window", revision: 12, release: "12", title: "Refunds after delivery", helped: false },
    ],
    profile: {
      customer: "C-10001",
      name: "Ana Ruiz",
      email: "a***@example.com",
      tier: "gold",
      since: "2021-03-14",
      balance: 0,
      currency: "EUR",
    },
    orders: [
      {
        number: "44110",
        status: "shipped",
        placed_on: iso(Date.now() - 4 * DAY).slice(0, 10),
        total: 214.5,
        currency: "EUR",
      },
      {
        number: "43871",
        status: "delivered",
        placed_on: iso(Date.now() - 14 * DAY).slice(0, 10),
        total: 89,
        currency: "EUR",
      },
      {
        number: "43120",
        status: "returned",
        placed_on: iso(Date.now() - 90 * DAY).slice(0, 10),
        total: 32.9,
        currency: "EUR",
      },
    ],
  });
  offer(world, made, id, SUGGESTIONS);
  return made;
}

function tom(world) {
  const made = conversation(world, {
    customer: { name: "Tom Becker", email: "tom.becker@example.com", customer_number: "C-10002", level: "claimed" },
    startedAgo: 16,
    channel: "webchat",
  });
  customerSays(world, made, "Where is my order 44127?", {
    intent: "order_status",
    entities: [["order_number", "44127"]],
  });
  weSay(world, made, BOT, "Order 44127 is being prepared. It should leave our warehouse tomorrow.");
  const id = customerSays(world, made, "Can I talk to somebody please", {
    mood: 0,
    intent: "handoff",
    confidence: 0.98,
  });
  handOver(world, made, {
    message_id: id,
    reason: "explicit_request",
    rule: "wants_person",
    detail: "The customer asked for a person.",
    wants: "To talk to a person about order 44127",
    summary: "Tom asked where order 44127 is, got the status, and then asked for a person.",
    tried: ["Order status of 44127"],
    first: "Hello Tom, I am Robin. I see order 44127 is being prepared. What can I do for you?",
  });
  offer(world, made, id, []);
  return made;
}

const GERMAN = [
  "Guten Tag, ich habe vor drei Wochen den Esstisch „Donaudampfschifffahrtsgesellschaftskapitänsmützenablage“ bestellt und seitdem weder eine Sendungsverfolgungsnummer noch irgendeine Versandbestätigung erhalten.",
  "Die Rechnung habe ich natürlich sofort bezahlt. Im Kundenkonto steht weiterhin nur „in Bearbeitung“, und die telefonische Warteschleife hat mich nach fünfundvierzig Minuten einfach hinausgeworfen.",
  "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz ist leichter zu verstehen als Ihre Lieferbedingungen, mit Verlaub.",
  "Könnten Sie mir bitte verbindlich mitteilen, wann der Tisch kommt? Am 14. haben wir Gäste.",
];
function german(world, turns) {
  const made = conversation(world, {
    customer: { name: "Friederike von Hohenstein-Wallersbach", email: "f.hohenstein@example.org", level: "claimed" },
    locale: "de",
    startedAgo: 160,
    channel: "webchat",
  });
  let id = "";
  for (let i = 0; i < turns; i += 1) {
    id = customerSays(world, made, GERMAN[i % GERMAN.length], {
      mood: Math.sin(i / 3) * 0.7 - 0.2,
      intent: "order_status",
      after: 50,
    });
    weSay(
      world,
      made,
      BOT,
      i % 2
        ? "Ich habe das leider nicht gut genug verstanden. Geht es um den Liefertermin oder um die Rechnung?"
        : "Ihre Bestellung 44201 ist in Bearbeitung. Sie wird voraussichtlich in zwei Tagen verschickt.",
      { after: 5 },
    );
  }
  handOver(world, made, {
    message_id: id,
    reason: "customer_rephrasing",
    rule: "customer_repeats",
    detail: "The customer asked the same thing in other words three times.",
    wants: "A binding delivery date for the dining table (order 44201)",
    summary:
      "Dining table ordered three weeks ago and paid at once; no tracking number. Guests are coming on the 14th.",
    tried: ["Order status of 44201", "Delivery article"],
    first:
      "Guten Tag Frau von Hohenstein-Wallersbach, ich bin Robin. Ich kläre den Liefertermin für Ihren Esstisch jetzt mit dem Lager und melde mich hier in wenigen Minuten.",
  });
  append(world, made, agentActor(ME), {
    type: "conversation.assigned",
    agent_id: ME.id,
    agent_name: ME.name,
    handoff_id: null,
  });
  append(
    world,
    made,
    agentActor(ME),
    {
      type: "note.added",
      note_id: randomUUID(),
      text: "Lager sagt: Kalenderwoche 17, Spedition ruft an. Wegen der Gäste vielleicht Leihtisch anbieten?",
      client_id: null,
    },
    made.clock + 60_000,
  );
  weSay(
    world,
    made,
    agentActor(ME),
    "Guten Tag Frau von Hohenstein-Wallersbach, ich bin Robin und kümmere mich darum. Einen Augenblick bitte.",
    { after: 20 },
  );
  id = customerSays(world, made, "Danke, das ist sehr freundlich von Ihnen.", { mood: 0.55, after: 60 });
  offer(world, made, id, [
    suggestion({
      title: "Liefertermine für Möbel mit Spedition",
      heading: "Terminvereinbarung",
      article_id: "delivery-freight",
      revision: 2,
      text: "Große Möbel liefert eine Spedition. Sie ruft Sie zwei bis drei Werktage vorher an und vereinbart mit Ihnen ein Zeitfenster von vier Stunden.",
    }),
    LABEL,
  ]);
  return made;
}

function arabic(world) {
  const made = conversation(world, {
    customer: { name: "ليلى حداد", email: "layla.haddad@example.com", customer_number: "C-10077", level: "verified" },
    locale: "ar",
    startedAgo: 45,
    channel: "webchat",
  });
  customerSays(world, made, "مرحبا، وصلني الطلب 44188 ولكن المصباح مكسور", {
    mood: -0.3,
    intent: "refund_request",
    entities: [["order_number", "44188"]],
  });
  weSay(world, made, BOT, "أنا آسف لذلك. هل تريدين استرداد المبلغ أم استبدال المصباح؟", {
    quick_replies: [
      { title: "استرداد المبلغ", payload: "/refund" },
      { title: "استبدال", payload: "/exchange" },
    ],
  });
  const id = customerSays(
    world,
    made,
    "أريد استبداله قبل يوم الخميس لو سمحت. رقم الطلب هو #44188 والبريد layla.haddad@example.com",
    {
      mood: -0.1,
      entities: [
        ["order_number", "44188"],
        ["email", "layla.haddad@example.com"],
      ],
    },
  );
  handOver(world, made, {
    message_id: id,
    reason: "low_confidence",
    rule: "unsure_twice",
    detail: "The assistant was unsure twice.",
    wants: "A replacement lamp for order 44188 before Thursday",
    summary: "The lamp of order 44188 arrived broken. Layla wants a replacement before Thursday.",
    tried: ["Offered a refund or an exchange"],
    half: { form: "exchange_form", filled: { order: "44188" }, missing: ["reason", "address"] },
    first: "مرحبا ليلى، أنا روبن. سأرسل لك مصباحا جديدا اليوم ليصلك قبل الخميس.",
  });
  append(world, made, agentActor(ME), {
    type: "conversation.assigned",
    agent_id: ME.id,
    agent_name: ME.name,
    handoff_id: null,
  });
  weSay(world, made, agentActor(ME), "مرحبا ليلى، أنا روبن. سأرسل لك مصباحا جديدا اليوم.", { after: 30 });
  customerSays(world, made, "شكرا جزيلا!", { mood: 0.8, after: 40 });
  return made;
}

function others(world) {
  const marc = conversation(world, {
    customer: { name: "Marc Dubois", email: "marc@example.com", level: "claimed" },
    account: "fjord",
    startedAgo: 6,
    channel: "webchat",
  });
  customerSays(world, marc, "do the trail boots run small?", { intent: "product_question", mood: 0.1 });
  weSay(
    world,
    marc,
    BOT,
    "I am an automated assistant. Most customers take half a size more. Shall I show you the size guide?",
    { quick_replies: [{ title: "Yes, show me", payload: "/affirm" }] },
  );
  const anon = conversation(world, { customer: {}, startedAgo: 3 });
  customerSays(world, anon, "opening hours today?", { intent: "opening_hours", mood: 0 });
  weSay(world, anon, BOT, "We are here until 20:00 today.");
  const priya = conversation(world, {
    customer: { name: "Priya Nair", email: "priya.nair@example.org", level: "verified" },
    startedAgo: 75,
  });
  const asked = customerSays(world, priya, "<script>alert(1)</script> invoice INV-2026-00871 please", {
    intent: "invoice_copy",
    entities: [["invoice_number", "INV-2026-00871"]],
  });
  append(world, priya, SYSTEM, {
    type: "company.called",
    operation: "invoice_copy",
    outcome: "failed",
    code: "company_timeout",
    reference: null,
    took_ms: 4000,
  });
  handOver(world, priya, {
    message_id: asked,
    reason: "company_unavailable",
    rule: "company_failed",
    detail: "The invoice system did not answer in time.",
    wants: "A copy of invoice INV-2026-00871",
    summary: "Priya wants a copy of invoice INV-2026-00871. The invoice system did not answer.",
    first: "Hello Priya, I am Robin. I will send the copy of INV-2026-00871 as soon as our invoice system answers.",
  });
  append(world, priya, agentActor(KIM), {
    type: "conversation.assigned",
    agent_id: KIM.id,
    agent_name: KIM.name,
    handoff_id: null,
  });
  weSay(world, priya, agentActor(KIM), "Hello Priya, here it is. I sent the copy to your address.", { after: 90 });
  append(world, priya, agentActor(KIM), { type: "conversation.closed", outcome: "resolved" }, priya.clock + 60_000);
}

const FIRST = [
  "Nora",
  "Jonas",
  "Elif",
  "Mateo",
  "Sofia",
  "Liam",
  "Chiara",
  "Piotr",
  "Amélie",
  "Sven",
  "Ingrid",
  "Yusuf",
  "Hannah",
  "Luca",
  "Marta",
];
const LAST = [
  "Fischer",
  "Novak",
  "Rossi",
  "Jensen",
  "Kowalska",
  "Martin",
  "Yilmaz",
  "Santos",
  "Weber",
  "O'Brien",
  "Lindqvist",
];
const ASKS = [
  "where is my parcel, it was due yesterday",
  "I need to change the address of my order",
  "the discount code does not work",
  "can I get the invoice again",
  "the chair leg is missing two screws",
  "I want to cancel before it ships",
  "charged twice again???",
  "is the oak table back in stock soon",
];
const REASONS = [
  "explicit_request",
  "low_confidence",
  "negative_sentiment",
  "customer_rephrasing",
  "high_value",
  "company_unavailable",
];

function many(world, count) {
  for (let i = 0; i < count; i += 1) {
    const made = conversation(world, {
      customer: { name: `${FIRST[i % FIRST.length]} ${LAST[(i * 7) % LAST.length]}`, level: "claimed" },
      startedAgo: 5 + (i % 400),
    });
    const id = customerSays(world, made, ASKS[i % ASKS.length], { mood: ((i * 37) % 200) / 100 - 1 });
    if (i % 5 === 0) {
      weSay(world, made, BOT, "Let me look that up for you.");
      continue;
    }
    const reason = REASONS[i % REASONS.length];
    handOver(world, made, {
      message_id: id,
      reason,
      rule: reason,
      detail: "Made for the mock.",
      wants: ASKS[i % ASKS.length],
      summary: ASKS[i % ASKS.length],
      first: "Hello, I am Robin. I am looking into it.",
    });
  }
}

/** Fills an empty world. */
export function fill(world, { items, turns }) {
  if (items === 0) return;
  if (items > 8) many(world, items - 8);
  german(world, turns);
  arabic(world);
  others(world);
  tom(world);
  ana(world);
  world.greeter = conversation(world, {
    customer: { name: "Elif Yilmaz", email: "elif@example.com", level: "claimed" },
    startedAgo: 2,
  });
  customerSays(world, world.greeter, "hello", { mood: 0.2, intent: "greet" });
}
