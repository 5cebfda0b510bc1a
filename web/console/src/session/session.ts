/** Who is signed in, as a sum: the screens of the app are chosen from it. */
import { createContext, use } from "react";
import type { Problem } from "../api/problem";

export interface Me {
  id: string;
  name: string;
  email: string | null;
  roles: readonly string[];
  permissions: ReadonlySet<string>;
}

export type Session =
  | { name: "restoring" }
  | { name: "unreachable"; problem: Problem }
  /** `expired` is set when somebody was signed in until just now. */
  | { name: "signed_out"; expired: boolean }
  | { name: "signed_in"; me: Me; csrf: string };

export interface SignedInSession {
  me: Me;
  csrf: string;
  signOut: () => void;
  /** The server no longer knows this session. */
  expire: () => void;
}

export const SignedIn = createContext<SignedInSession | null>(null);

/** The session inside the signed-in part of the app. */
export function useSession(): SignedInSession {
  const session = use(SignedIn);
  if (session === null) throw new Error("Only screens of a signed-in person may ask who it is.");
  return session;
}

/** Whether the person may do this. Hides controls only: the server checks every request again. */
export function useMay(permission: string): boolean {
  return useSession().me.permissions.has(permission);
}
