import type { ConversationSummary, Customer } from "@warmline/wire/frames";
import { date } from "@warmline/kit/time";
import type { Packet } from "../../../api/packet";
import { Facts } from "../../../ui/Why";
import { accountWords, channelWords, customerName, levelWords, readable } from "../words";
import css from "./Sidebar.module.css";

interface Order {
  number: string;
  status: string;
  placed_on: string | null;
  total: number | null;
  currency: string | null;
}

const words = (value: unknown): string | null =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
const amount = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The orders in a profile. The profile is as the company's system gave it, so nothing about it is taken for granted. */
export function ordersOf(profile: Packet["profile"]): Order[] {
  const orders = profile?.["orders"];
  if (!Array.isArray(orders)) return [];
  return orders.flatMap((one: unknown): Order[] => {
    if (typeof one !== "object" || one === null) return [];
    const order: Record<string, unknown> = { ...one };
    const number = words(order["number"]);
    return number === null
      ? []
      : [
          {
            number,
            status: words(order["status"]) ?? "",
            placed_on: words(order["placed_on"]),
            total: amount(order["total"]),
            currency: words(order["currency"]),
          },
        ];
  });
}

function money(value: number | null, currency: string | null): string {
  if (value === null) return "";
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency: currency ?? "EUR" }).format(value);
  } catch {
    return `${value.toFixed(2)} ${currency ?? ""}`.trim();
  }
}

function language(locale: string): string {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** Who it is, how sure we are, and what they bought. */
export function CustomerCard({
  customer,
  packet,
  line,
}: {
  customer: Customer;
  packet: Packet | null;
  line: ConversationSummary;
}) {
  const profile = packet?.profile ?? null;
  const orders = ordersOf(profile);
  const since = words(profile?.["since"]);
  return (
    <>
      <Facts
        of={[
          ["Name", <bdi key="name">{customerName(customer)}</bdi>],
          ["Identity", levelWords(customer.level)],
          ["E-mail", packet?.identity.email ?? customer.email],
          ["Number", customer.customer_number],
          ["Tier", words(profile?.["tier"]) === null ? null : readable(String(profile?.["tier"]))],
          ["Since", since === null || Number.isNaN(Date.parse(since)) ? since : date(since)],
          [
            "Balance",
            amount(profile?.["balance"]) === null
              ? null
              : money(amount(profile?.["balance"]), words(profile?.["currency"])),
          ],
          ["Channel", `${channelWords(line.channel)}, ${accountWords(line.account)}`],
          ["Language", language(line.locale)],
        ]}
      />
      {orders.length > 0 && (
        <table className={css.orders}>
          <caption>Orders</caption>
          <tbody>
            {orders.map((order) => (
              <tr key={order.number}>
                <th scope="row">{order.number}</th>
                <td>{readable(order.status)}</td>
                <td className={css.total}>{money(order.total, order.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
