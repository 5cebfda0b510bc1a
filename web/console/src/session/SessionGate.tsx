import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { api, onSignedOut, rememberCsrf } from "../api/client";
import type { SignedIn as Answer } from "../api/contract";
import { asProblem } from "../api/problem";
import { Await, Outline } from "../ui/Await";
import { ProblemNote } from "../ui/ProblemNote";
import { type Session, SignedIn, type SignedInSession } from "./session";
import { SignIn } from "./SignIn";

function signedIn({ agent, csrf }: Answer): Session {
  rememberCsrf(csrf);
  return { name: "signed_in", csrf, me: { ...agent, permissions: new Set(agent.permissions) } };
}

/** Restores the session of the cookie, shows the sign-in screen where there is none, and the app where there is. */
export function SessionGate({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session>({ name: "restoring" });
  const queries = useQueryClient();

  const restore = useCallback(() => {
    setSession({ name: "restoring" });
    api.me().then(
      (answer) => setSession(signedIn(answer)),
      (error: unknown) => {
        const problem = asProblem(error);
        setSession(problem.status === 401 ? { name: "signed_out", expired: false } : { name: "unreachable", problem });
      },
    );
  }, []);
  useEffect(restore, [restore]);

  const expire = useCallback(() => {
    setSession((now) => (now.name === "signed_in" ? { name: "signed_out", expired: true } : now));
  }, []);
  useEffect(() => onSignedOut(expire), [expire]);

  const signOut = useCallback(() => {
    void api
      .signOut()
      .catch(() => null)
      .finally(() => {
        queries.clear();
        setSession({ name: "signed_out", expired: false });
      });
  }, [queries]);

  const inside = useMemo<SignedInSession | null>(
    () => (session.name === "signed_in" ? { me: session.me, csrf: session.csrf, signOut, expire } : null),
    [session, signOut, expire],
  );

  switch (session.name) {
    case "restoring":
      return (
        <Await what="Opening Warmline" bare>
          <Outline />
        </Await>
      );
    case "unreachable":
      return <ProblemNote problem={session.problem} retry={restore} page />;
    case "signed_out":
      return <SignIn expired={session.expired} done={(answer) => setSession(signedIn(answer))} />;
    case "signed_in":
      return <SignedIn value={inside}>{children}</SignedIn>;
  }
}
