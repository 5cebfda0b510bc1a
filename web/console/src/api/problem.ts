/** What went wrong with a request, in the server's words (RFC 9457) or in ours where no answer came. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | null;
  /** The whole document, for codes that carry more (who took a conversation, say). */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    retryAfter: number | null,
    more: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.more = more;
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Reads a problem document; anything else becomes a problem with a plain sentence. */
export function problemOf(status: number, body: unknown): Problem {
  const document: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const detail =
    text(document["detail"]) ?? text(document["title"]) ?? `The server answered with an error (${status}).`;
  const wait = document["retry_after"];
  return new Problem(
    status,
    text(document["code"]) ?? "unknown",
    detail,
    typeof wait === "number" ? wait : null,
    document,
  );
}

/** The server did not answer at all. */
export function unreachableServer(): Problem {
  return new Problem(
    0,
    "unreachable",
    "The server did not answer. Check your connection; what you wrote is kept on this device.",
    null,
  );
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : unreachableServer();
}
