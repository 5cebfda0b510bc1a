/** The server's codes in the words of the screens. */
import type { State } from "./types";

export const STATES: readonly State[] = ["draft", "in_review", "approved", "published", "retired"];

const STATE_WORDS: Readonly<Record<State, string>> = {
  draft: "Draft",
  in_review: "In review",
  approved: "Approved",
  published: "Published",
  retired: "Retired",
};

export const TYPES = ["article", "faq", "playbook", "incident_note", "disclaimer"] as const;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  article: "Article",
  faq: "FAQ",
  playbook: "Playbook",
  incident_note: "Incident note",
  disclaimer: "Disclaimer",
};

export const TYPE_MEANING: Readonly<Record<string, string>> = {
  article: "Explains one thing, for customers or colleagues",
  faq: "One question and its answer",
  playbook: "Steps that an agent follows",
  incident_note: "What is broken now, and what to tell people",
  disclaimer: "A notice that is added to articles of a region; never found by itself",
};

/** "refund_form" becomes "Refund form". */
export function readable(code: string): string {
  const words = code.replace(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const stateWords = (state: string): string => STATE_WORDS[state as State] ?? readable(state);
export const typeWords = (type: string): string => TYPE_WORDS[type] ?? readable(type);

export function audienceWords(audience: string): string {
  if (audience === "public") return "Everybody";
  if (audience === "agents") return "Agents only";
  return audience.startsWith("team:") ? `Team ${readable(audience.slice(5))}` : readable(audience);
}

function namesOf(type: "language" | "region"): (code: string) => string {
  const names = new Intl.DisplayNames(["en"], { type, fallback: "code" });
  return (code) => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  };
}

export const localeWords = namesOf("language");
export const regionWords = namesOf("region");

/** Which way a language is written. */
export function directionOf(locale: string): "ltr" | "rtl" {
  return /^(ar|dv|fa|he|ku-Arab|ps|sd|ug|ur|yi)\b/i.test(locale) ? "rtl" : "ltr";
}

export const USE_WORDS: Readonly<Record<string, string>> = {
  cited: "Cited in answers",
  suggested: "Suggested to agents",
  used: "Used by agents",
  dismissed: "Dismissed by agents",
  opened: "Opened by customers",
};

const FIELD_WORDS: Readonly<Record<string, string>> = {
  title: "Title",
  summary: "Summary",
  tags: "Tags",
  regions: "Regions",
  accounts: "Brands",
  audience: "Audience",
};

export const fieldWords = (name: string): string => FIELD_WORDS[name] ?? readable(name);

/** "1 word", "12 words". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Languages that are offered first; any other can be written as its code. */
export const LOCALES = [
  "en",
  "en-GB",
  "en-US",
  "de",
  "de-AT",
  "de-CH",
  "fr",
  "es",
  "it",
  "nl",
  "pt",
  "pt-BR",
  "pl",
  "cs",
  "da",
  "sv",
  "nb",
  "fi",
  "tr",
  "ar",
  "he",
  "ja",
  "ko",
  "zh-Hans",
  "zh-Hant",
  "uk",
  "ro",
  "hu",
  "el",
] as const;

/** ISO 3166-1: the countries that a region may be. */
export const COUNTRIES: readonly string[] = (
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC " +
  "CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB " +
  "GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG " +
  "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU " +
  "MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
  "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA " +
  "UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
).split(" ");
