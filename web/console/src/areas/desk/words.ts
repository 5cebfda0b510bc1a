/** Codes of the server in the words of the desk. A code that is not known is shown as it is, made readable. */

const REASONS: Readonly<Record<string, string>> = {
  explicit_request: "Asked for a person",
  negative_sentiment: "Very low mood",
  falling_sentiment: "Mood is falling",
  low_confidence: "Assistant was unsure twice",
  repeated_bot_reply: "Assistant repeated itself",
  customer_rephrasing: "Asked again in other words",
  sensitive_topic: "Sensitive topic",
  high_value: "High value",
  company_unavailable: "A company system is down",
  bot_unavailable: "Assistant did not answer",
  bot_request: "Assistant asked for help",
  ai_switched_off: "Assistant is switched off",
};

const OUTCOMES: Readonly<Record<string, string>> = {
  resolved: "Resolved",
  ended_by_customer: "Ended by the customer",
  self_served: "Solved by the assistant",
};

const CHANNELS: Readonly<Record<string, string>> = { webchat: "Web chat", sms: "SMS", whatsapp: "WhatsApp" };

/** "refund_form" becomes "Refund form". */
export function readable(code: string): string {
  const words = code.replace(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const reasonWords = (code: string): string => REASONS[code] ?? readable(code);
export const outcomeWords = (code: string): string => OUTCOMES[code] ?? readable(code);
export const channelWords = (code: string): string => CHANNELS[code] ?? readable(code);

export const accountWords = readable;

/** What to call a customer of whom we may know nothing. */
export function customerName(customer: { name: string | null; email: string | null; visitor_id: string }): string {
  return customer.name ?? customer.email ?? `Visitor ${customer.visitor_id.slice(-4)}`;
}

const LEVELS = {
  anonymous: "Not identified",
  claimed: "Said who they are, not verified",
  verified: "Verified",
} as const;

export const levelWords = (level: keyof typeof LEVELS): string => LEVELS[level];
